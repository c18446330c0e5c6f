using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Storage;

namespace Emulator.Schema.Validation;

/// <summary>The rules for the metrics of an autoscaler.</summary>
internal static class MetricRules
{
    private static readonly string[] Types = ["ContainerResource", "External", "Object", "Pods", "Resource"];
    private static readonly string[] Sources = ["object", "external", "pods", "resource", "containerResource"];

    public static void Check(JsonObject metric, string field, Causes causes)
    {
        var type = metric.Text("type") ?? "";
        if (type.Length == 0)
        {
            causes.Required($"{field}.type", "must specify a metric source type");
        }

        var isKnown = Types.Contains(type);
        if (!isKnown)
        {
            // Once for the value, and once because it says which source there must be.
            causes.NotSupported($"{field}.type", type, Types);
            causes.NotSupported($"{field}.type", type, Types);
        }

        var present = Sources.Where(source => metric[source] is JsonObject).ToList();
        if (present.Count > 0)
        {
            CheckSource(present[0], metric.Map(present[0])!, $"{field}.{present[0]}", causes);
        }

        var wanted = isKnown ? char.ToLowerInvariant(type[0]) + type[1..] : "";
        if (isKnown && !present.Contains(wanted))
        {
            causes.Required($"{field}.{wanted}", "must populate information for the given metric source");
        }

        if (present.Count > 1)
        {
            foreach (var extra in present.Where(source => source != wanted))
            {
                causes.Forbidden($"{field}.{extra}", "must populate the given metric source only");
            }
        }
    }

    private static void CheckSource(string kind, JsonObject source, string field, Causes causes)
    {
        var target = source.Map("target") ?? [];
        switch (kind)
        {
            case "resource" or "containerResource":
                causes.Need(source, field, "name", "must specify a resource name");
                if (kind == "containerResource")
                {
                    if (source.Text("name") is { Length: > 0 } name)
                    {
                        ResourceRules.CheckContainerName(name, $"{field}.name", causes);
                    }

                    causes.Need(source, field, "container", "must specify a container");
                    if (source.Text("container") is { Length: > 0 } container)
                    {
                        causes.Fit($"{field}.container", container, Names.Label(container));
                    }
                }

                CheckTarget(target, $"{field}.target", causes);
                CheckOneOf(target, "averageUtilization", "averageValue", $"{field}.target.averageUtilization", "must set either a target raw value or a target utilization",
                    $"{field}.target.averageValue", "may not set both a target raw value and a target utilization", causes);
                return;
            case "object":
                AutoscalerRules.Reference(source.Map("describedObject") ?? [], $"{field}.describedObject", causes);
                break;
        }

        causes.Need(source.Map("metric") ?? [], $"{field}.metric", "name", "must specify a metric name");
        if (source.Map("metric")?.Text("name") is { Length: > 0 } metric)
        {
            causes.Fit($"{field}.metric.name", metric, Names.PathSegment(metric));
        }

        CheckTarget(target, $"{field}.target", causes);
        if (kind == "pods")
        {
            if (target["averageValue"] is null)
            {
                causes.Required($"{field}.target.averageValue", "must specify a positive target averageValue");
            }
        }
        else
        {
            CheckOneOf(target, "value", "averageValue",
                $"{field}.target.averageValue", kind == "object" ? "must set either a target value or averageValue" : "must set either a target value for metric or a per-pod target",
                kind == "object" ? null : $"{field}.target.value", "may not set both a target value for metric and a per-pod target", causes);
        }
    }

    private static void CheckOneOf(
        JsonObject target, string first, string second, string neither, string whyNeither, string? both, string whyBoth, Causes causes)
    {
        if (target[first] is null && target[second] is null)
        {
            causes.Required(neither, whyNeither);
        }
        else if (both is not null && target[first] is not null && target[second] is not null)
        {
            causes.Forbidden(both, whyBoth);
        }
    }

    private static void CheckTarget(JsonObject target, string path, Causes causes)
    {
        causes.Need(target, path, "type", "must specify a metric target type");
        if (target.Text("type") is not ("Utilization" or "Value" or "AverageValue"))
        {
            causes.InvalidText($"{path}.type", target.Text("type") ?? "", "must be either Utilization, Value, or AverageValue");
        }

        foreach (var amount in (string[])["value", "averageValue"])
        {
            if (target[amount] is { } value && ResourceRules.Amount(value) <= 0)
            {
                causes.Invalid($"{path}.{amount}", GoLiteral.Quantity(value), "must be positive");
            }
        }

        if (target["averageUtilization"].AsLong() is < 1 and var share)
        {
            causes.InvalidNumber($"{path}.averageUtilization", share, "must be greater than 0");
        }
    }
}
