using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Storage;

namespace Emulator.Schema.Validation;

/// <summary>The rules for the metrics of an autoscaler.</summary>
internal static class MetricRules
{
    private static readonly string[] Types = ["ContainerResource", "External", "Object", "Pods", "Resource"];

    public static void Check(JsonObject metric, string field, Causes causes)
    {
        var type = metric.Text("type") ?? "";
        if (type.Length == 0)
        {
            causes.Required($"{field}.type", "must specify a metric source type");
            return;
        }

        if (!Types.Contains(type))
        {
            causes.NotSupported($"{field}.type", type, Types);
            return;
        }

        var part = char.ToLowerInvariant(type[0]) + type[1..];
        if (metric.Map(part) is not { } source)
        {
            causes.Required($"{field}.{part}", "must populate information for the given metric source");
        }
        else if (type is "Resource" or "ContainerResource")
        {
            CheckResource(source, $"{field}.{part}", causes);
        }
    }

    private static void CheckResource(JsonObject source, string field, Causes causes)
    {
        if (string.IsNullOrEmpty(source.Text("name")))
        {
            causes.Required($"{field}.name", "must specify a resource name");
        }

        var target = source.Map("target") ?? [];
        switch (target.Text("type"))
        {
            case null or "":
                causes.Required($"{field}.target.type", "must specify a metric target type");
                break;
            case not ("Utilization" or "Value" or "AverageValue"):
                causes.InvalidText($"{field}.target.type", target.Text("type")!, "must be either Utilization, Value, or AverageValue");
                break;
        }

        if (target["averageUtilization"].AsLong() is < 1 and var share)
        {
            causes.InvalidNumber($"{field}.target.averageUtilization", share, "must be greater than 0");
        }

        if (target["averageUtilization"] is null && target["averageValue"] is null)
        {
            causes.Required($"{field}.target.averageUtilization", "must set either a target raw value or a target utilization");
        }
        else if (target["averageUtilization"] is not null && target["averageValue"] is not null)
        {
            causes.Forbidden($"{field}.target.averageValue", "may not set both a target raw value and a target utilization");
        }
    }
}
