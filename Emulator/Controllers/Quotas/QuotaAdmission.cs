using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>Refuses what exceeds a ResourceQuota, and counts what does not (k8s.io/apiserver, admission/plugin/resourcequota).</summary>
internal sealed class QuotaAdmission(ObjectStore store) : IAdmission
{
    private static readonly string[] MustBeGiven = ["cpu", "limits.cpu", "limits.memory", "memory", "requests.cpu", "requests.memory"];

    /// <summary>Last of those that refuse: what is counted is meant to be stored.</summary>
    public AdmissionPhase Phase => AdmissionPhase.Quota;

    public void Admit(AdmissionRequest request)
    {
        if (request.Verb is WriteVerb.Delete || request.Subresource.Length > 0 || request.Object is not { } node || node.Namespace().Length == 0)
        {
            return;
        }

        var quotas = store.List(KnownTypes.ResourceQuotas, node.Namespace()).Items.ToList();
        if (quotas.Count == 0)
        {
            return;
        }

        var type = request.Resource.Type;
        var usage = QuotaUsage.Of(type, node);
        var before = request.Old is null ? [] : QuotaUsage.Of(type, request.Old);
        var asked = usage.Select(entry => (Name: entry.Key, More: entry.Value - before.GetValueOrDefault(entry.Key)))
            .Where(entry => entry.More.Value > 0).ToDictionary(entry => entry.Name, entry => entry.More);
        foreach (var quota in quotas.Where(quota => QuotaUsage.Covers(quota.Node["spec"], type, node)))
        {
            Check(request, quota, node, asked);
        }

        // Only when none of them has refused.
        foreach (var quota in request.Options.DryRun ? [] : quotas.Where(quota => QuotaUsage.Covers(quota.Node["spec"], type, node)))
        {
            Count(quota.Key, asked);
        }
    }

    private static void Check(AdmissionRequest request, StoredObject quota, JsonObject node, Dictionary<string, Amount> asked)
    {
        var type = request.Resource.Type;
        var hard = quota.Node["spec"]?["hard"] as JsonObject ?? [];
        if (type == KnownTypes.Pods && request.Verb is WriteVerb.Create && Missing(hard, node) is { Length: > 0 } missing)
        {
            throw ApiErrors.Forbidden(type, node.Name(), $"failed quota: {quota.Key.Name}: must specify {missing}");
        }

        var counted = asked.Keys.Where(hard.ContainsKey).Order(StringComparer.Ordinal).ToList();
        if (counted.Count > 0 && quota.Node["status"]?["used"] is not JsonObject)
        {
            throw ApiErrors.Forbidden(type, node.Name(), $"status unknown for quota: {quota.Key.Name}, resources: {string.Join(',', counted)}");
        }

        var used = quota.Node["status"]?["used"] as JsonObject ?? [];
        var exceeded = counted.Where(name => (Amount.Parse(used[name].Text()) + asked[name]).Value > Amount.Parse(hard[name].Text()).Value).ToList();
        if (exceeded.Count > 0)
        {
            string Pairs(Func<string, string?> value) => string.Join(',', exceeded.Select(name => $"{name}={value(name)}"));
            throw ApiErrors.Forbidden(
                type, node.Name(),
                $"exceeded quota: {quota.Key.Name}, requested: {Pairs(name => asked[name].ToString())}, used: {Pairs(name => used[name].Text() ?? "0")}, "
                + $"limited: {Pairs(name => hard[name].Text())}");
        }
    }

    /// <summary>Which limited resources containers say nothing of: <c>limits.cpu for: a,b; requests.memory for: a</c>.</summary>
    private static string Missing(JsonObject hard, JsonObject pod)
    {
        var containers = (pod["spec"]?["containers"].Items() ?? []).Concat(pod["spec"]?["initContainers"].Items() ?? []).ToList();
        var texts = new List<string>();
        foreach (var name in MustBeGiven.Where(hard.ContainsKey))
        {
            var list = name.StartsWith("limits.", StringComparison.Ordinal) ? "limits" : "requests";
            var resource = name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..];
            var silent = containers.Where(container => container["resources"]?[list]?[resource] is null).Select(container => container["name"].Text()).Order(StringComparer.Ordinal).ToList();
            if (silent.Count > 0)
            {
                texts.Add($"{name} for: {string.Join(',', silent)}");
            }
        }

        return string.Join("; ", texts);
    }

    private void Count(ResourceKey key, Dictionary<string, Amount> asked)
    {
        while (store.Find(key) is { } current)
        {
            var quota = current.Copy();
            if (quota["status"]?["used"] is not JsonObject used)
            {
                return;
            }

            foreach (var (name, more) in asked.Where(entry => used.ContainsKey(entry.Key)))
            {
                used[name] = (Amount.Parse(used[name].Text()) + more).ToString();
            }

            try
            {
                store.TryUpdate(key, quota, current.Revision);
                return;
            }
            catch (RevisionConflictException)
            {
                // Somebody else was counted at the same time.
            }
        }
    }
}
