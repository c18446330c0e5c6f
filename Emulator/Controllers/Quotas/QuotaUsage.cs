using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>What objects use of what a ResourceQuota limits (k8s.io/kubernetes, pkg/quota/v1/evaluator/core).</summary>
internal static class QuotaUsage
{
    private static readonly string[] Compute = ["cpu", "memory", "ephemeral-storage"];

    /// <summary>Core types that may be limited by their bare names.</summary>
    private static readonly HashSet<string> BareNames =
        ["pods", "services", "secrets", "configmaps", "persistentvolumeclaims", "replicationcontrollers", "resourcequotas"];

    /// <summary>What one object uses, by the names of quotas.</summary>
    public static Dictionary<string, Amount> Of(ResourceType type, JsonObject node)
    {
        var usage = new Dictionary<string, Amount> { [$"count/{type}"] = Amount.Of(1) };
        if (type == KnownTypes.Pods && node["status"]?["phase"].Text() is "Succeeded" or "Failed")
        {
            return usage;
        }

        if (type.Group.Length == 0 && BareNames.Contains(type.Plural))
        {
            usage[type.Plural] = Amount.Of(1);
        }

        if (type == KnownTypes.Pods)
        {
            AddPod(usage, node);
        }
        else if (type == KnownTypes.Services)
        {
            AddService(usage, node["spec"]);
        }
        else if (type is { Group: "", Plural: "persistentvolumeclaims" } && node["spec"]?["resources"]?["requests"]?["storage"].Text() is { } size)
        {
            usage["requests.storage"] = Amount.Parse(size);
            if (node["spec"]?["storageClassName"].Text() is { Length: > 0 } name)
            {
                usage[$"{name}.storageclass.storage.k8s.io/requests.storage"] = Amount.Parse(size);
                usage[$"{name}.storageclass.storage.k8s.io/persistentvolumeclaims"] = Amount.Of(1);
            }
        }

        return usage;
    }

    /// <summary>What a pod requests, or is limited to: its containers together, or its hungriest init container.</summary>
    public static Amount OfPod(JsonObject pod, string list, string resource)
    {
        static Amount One(JsonObject container, string list, string resource) => Amount.Parse(container["resources"]?[list]?[resource].Text());

        var sum = (pod["spec"]?["containers"].Items() ?? []).Aggregate(new Amount(0, false), (all, container) => all + One(container, list, resource));
        var (sidecars, hungriest) = (new Amount(0, false), new Amount(0, false));
        foreach (var container in pod["spec"]?["initContainers"].Items() ?? [])
        {
            var own = One(container, list, resource);
            sidecars = container["restartPolicy"].Text() == "Always" ? sidecars + own : sidecars;
            hungriest = Amount.Max(hungriest, container["restartPolicy"].Text() == "Always" ? sidecars : sidecars + own);
        }

        return Amount.Max(sum + sidecars, hungriest);
    }

    /// <summary>Whether a quota with scopes is about an object: only pods have any.</summary>
    public static bool Covers(JsonNode? quotaSpec, ResourceType type, JsonObject node)
    {
        var scopes = (quotaSpec?["scopes"] as JsonArray ?? []).Select(scope => new JsonObject { ["scopeName"] = scope.Text(), ["operator"] = "Exists" })
            .Concat(quotaSpec?["scopeSelector"]?["matchExpressions"].Items() ?? []).ToList();
        return scopes.Count == 0 || type == KnownTypes.Pods && scopes.All(scope => Matches(scope, node));
    }

    private static bool Matches(JsonObject scope, JsonObject pod) => scope["scopeName"].Text() switch
    {
        "BestEffort" => IsBestEffort(pod),
        "NotBestEffort" => !IsBestEffort(pod),
        "Terminating" => pod["spec"]?["activeDeadlineSeconds"] is not null,
        "NotTerminating" => pod["spec"]?["activeDeadlineSeconds"] is null,
        "PriorityClass" => LabelSelector.Holds(
            new JsonObject { ["key"] = "class", ["operator"] = scope["operator"]?.DeepClone(), ["values"] = scope["values"]?.DeepClone() },
            pod["spec"]?["priorityClassName"].Text() is { Length: > 0 } name ? new JsonObject { ["class"] = name } : []),
        _ => false,
    };

    private static bool IsBestEffort(JsonObject pod) => Nodes.QualityOfService.Of(pod) == "BestEffort";

    private static void AddPod(Dictionary<string, Amount> usage, JsonObject pod)
    {
        foreach (var resource in Compute)
        {
            usage[resource] = usage[$"requests.{resource}"] = OfPod(pod, "requests", resource);
            usage[$"limits.{resource}"] = OfPod(pod, "limits", resource);
        }
    }

    private static void AddService(Dictionary<string, Amount> usage, JsonNode? spec)
    {
        var type = spec?["type"].Text();
        var ports = spec?["ports"].Items().Count() ?? 0;
        var hasNodePorts = type == "NodePort" || type == "LoadBalancer" && spec?["allocateLoadBalancerNodePorts"]?.GetValue<bool>() != false;
        usage["services.nodeports"] = Amount.Of(hasNodePorts ? ports : 0);
        usage["services.loadbalancers"] = Amount.Of(type == "LoadBalancer" ? 1 : 0);
    }
}
