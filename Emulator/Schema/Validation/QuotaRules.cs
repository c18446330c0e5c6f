using System.Text.Json.Nodes;
using Emulator.Schema.Decoding;
using Emulator.Schema.Defaults;

namespace Emulator.Schema.Validation;

/// <summary>The rules for ResourceQuotas and LimitRanges.</summary>
internal static class QuotaRules
{
    private static readonly HashSet<string> Standard =
    [
        "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.storage", "requests.ephemeral-storage",
        "limits.cpu", "limits.memory", "limits.ephemeral-storage", "pods", "resourcequotas", "services", "replicationcontrollers", "secrets",
        "persistentvolumeclaims", "configmaps", "services.nodeports", "services.loadbalancers",
    ];

    public static void Quota(JsonObject spec, Causes causes)
    {
        foreach (var (name, value) in spec.Map("hard") ?? [])
        {
            var field = $"spec.hard[{name}]";
            if (!name.Contains('/') && !Standard.Contains(name) && !name.StartsWith("hugepages-", StringComparison.Ordinal)
                && !name.StartsWith("requests.hugepages-", StringComparison.Ordinal))
            {
                causes.InvalidText(field, name, "must be a standard resource type or fully qualified");
                causes.InvalidText(field, name, "must be a standard resource for quota");
            }

            if (Amount(value) is < 0)
            {
                causes.InvalidText(field, value!.ToString(), "must be greater than or equal to 0");
            }
        }
    }

    public static void Limits(JsonObject spec, Causes causes)
    {
        var types = new HashSet<string>();
        var at = 0;
        foreach (var limit in spec.Items("limits"))
        {
            var field = $"spec.limits[{at++}]";
            if (!types.Add(limit.Text("type") ?? ""))
            {
                causes.Duplicate($"{field}.type", GoQuote.Text(limit.Text("type") ?? ""));
            }

            foreach (var name in ((string[])["max", "min", "default", "defaultRequest"]).SelectMany(list => limit.Map(list) ?? []).Select(entry => entry.Key).Distinct().Order(StringComparer.Ordinal))
            {
                Ordered(limit, name, ("min", "min value"), ("max", "max value"), "min", field, causes);
                Ordered(limit, name, ("min", "min value"), ("defaultRequest", "default request value"), "defaultRequest", field, causes);
                Ordered(limit, name, ("defaultRequest", "default request value"), ("max", "max value"), "defaultRequest", field, causes);
                Ordered(limit, name, ("defaultRequest", "default request value"), ("default", "default limit value"), "defaultRequest", field, causes);
                Ordered(limit, name, ("min", "min value"), ("default", "default value"), "default", field, causes);
                Ordered(limit, name, ("default", "default value"), ("max", "max value"), "default", field, causes);
            }
        }
    }

    /// <summary>Refuses a lower bound that is above an upper one; <paramref name="blamed"/> is the list that the fault is found in.</summary>
    private static void Ordered(JsonObject limit, string name, (string List, string Said) low, (string List, string Said) high, string blamed, string field, Causes causes)
    {
        var (least, most) = (limit.Map(low.List)?[name], limit.Map(high.List)?[name]);
        if (Amount(least) > Amount(most))
        {
            causes.InvalidText($"{field}.{blamed}[{name}]", limit.Map(blamed)![name]!.ToString(), $"{low.Said} {least} is greater than {high.Said} {most}");
        }
    }

    private static double? Amount(JsonNode? quantity) => quantity is null ? null : Quantity.Value(quantity.ToString());
}
