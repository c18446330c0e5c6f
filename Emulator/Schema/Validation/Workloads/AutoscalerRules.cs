using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Storage;

namespace Emulator.Schema.Validation;

/// <summary>The rules for HorizontalPodAutoscalers.</summary>
internal static class AutoscalerRules
{
    private const int LongestWindow = 3600;
    private const int LongestPeriod = 1800;

    public static void Check(JsonObject spec, Causes causes)
    {
        var (low, high) = (spec["minReplicas"].AsLong(), spec["maxReplicas"].AsLong() ?? 0);
        if (low is < 1)
        {
            causes.InvalidNumber("spec.minReplicas", low.Value, "must be greater than or equal to 1");
        }

        if (high < 1)
        {
            causes.InvalidNumber("spec.maxReplicas", high, "must be greater than 0");
        }

        if (low > high)
        {
            causes.InvalidNumber("spec.maxReplicas", high, "must be greater than or equal to `minReplicas`");
        }

        Reference(spec.Map("scaleTargetRef") ?? [], "spec.scaleTargetRef", causes);
        var at = 0;
        foreach (var metric in spec.Items("metrics"))
        {
            MetricRules.Check(metric, $"spec.metrics[{at++}]", causes);
        }

        if (low == 0 && !spec.Items("metrics").Any(metric => metric.Text("type") is "Object" or "External"))
        {
            causes.Forbidden("spec.metrics", "must specify at least one Object or External metric to support scaling to zero replicas");
        }

        foreach (var direction in (string[])["scaleUp", "scaleDown"])
        {
            if (spec.Map("behavior").Map(direction) is { } rules)
            {
                CheckRules(rules, $"spec.behavior.{direction}", causes);
            }
        }
    }

    /// <summary>What names another object by kind and name.</summary>
    public static void Reference(JsonObject reference, string path, Causes causes)
    {
        foreach (var part in (string[])["kind", "name"])
        {
            causes.Need(reference, path, part);
            if (reference.Text(part) is { Length: > 0 } value)
            {
                causes.Fit($"{path}.{part}", value, Names.PathSegment(value));
            }
        }
    }

    private static void CheckRules(JsonObject rules, string path, Causes causes)
    {
        switch (rules["stabilizationWindowSeconds"].AsLong())
        {
            case < 0 and var window:
                causes.InvalidNumber($"{path}.stabilizationWindowSeconds", window, "must be greater than or equal to zero");
                break;
            case > LongestWindow and var window:
                causes.InvalidNumber($"{path}.stabilizationWindowSeconds", window, $"must be less than or equal to {LongestWindow}");
                break;
        }

        causes.OneOf(rules, path, "selectPolicy", "Disabled", "Max", "Min");
        if (rules["policies"] is not JsonArray { Count: > 0 })
        {
            causes.Required($"{path}.policies", "must specify at least one Policy");
        }

        var at = 0;
        foreach (var policy in rules.Items("policies"))
        {
            var field = $"{path}.policies[{at++}]";
            if (policy.Text("type") is not ("Pods" or "Percent"))
            {
                causes.NotSupported($"{field}.type", policy.Text("type") ?? "", "Percent", "Pods");
            }

            var (value, period) = (policy["value"].AsLong() ?? 0, policy["periodSeconds"].AsLong() ?? 0);
            if (value <= 0)
            {
                causes.InvalidNumber($"{field}.value", value, "must be greater than zero");
            }

            if (period <= 0)
            {
                causes.InvalidNumber($"{field}.periodSeconds", period, "must be greater than zero");
            }
            else if (period > LongestPeriod)
            {
                causes.InvalidNumber($"{field}.periodSeconds", period, $"must be less than or equal to {LongestPeriod}");
            }
        }
    }
}
