using System.Text.Json.Nodes;
using static Emulator.Api.Tables.Cells;

namespace Emulator.Api.Tables;

/// <summary>The metrics of a HorizontalPodAutoscaler against their targets, such as <c>cpu: 12%/80%</c>.</summary>
internal static class AutoscalerCells
{
    private const int Shown = 2;

    public static string Targets(JsonObject autoscaler)
    {
        var metrics = Items(autoscaler, "spec", "metrics").ToList();
        if (metrics.Count == 0)
        {
            return None;
        }

        var current = Items(autoscaler, "status", "currentMetrics").ToList();
        var texts = metrics.Take(Shown).Select((metric, index) => Target(metric, index < current.Count ? current[index] : null)).ToList();
        return metrics.Count > Shown ? $"{string.Join(", ", texts)} + {metrics.Count - Shown} more..." : string.Join(", ", texts);
    }

    private static string Target(JsonObject metric, JsonObject? status)
    {
        var source = Text(metric, "type") switch
        {
            "Resource" => "resource",
            "ContainerResource" => "containerResource",
            "Pods" => "pods",
            "Object" => "object",
            _ => "external",
        };
        var spec = At(metric, source);
        var now = At(status, source, "current");
        var prefix = source is "resource" or "containerResource" ? $"{Text(spec, "name")}: " : "";
        if (Text(spec, "target", "averageUtilization") is { Length: > 0 } utilization)
        {
            return $"{prefix}{(Text(now, "averageUtilization") is { Length: > 0 } used ? $"{used}%" : Unknown)}/{utilization}%";
        }

        var average = Text(spec, "target", "averageValue");
        return average.Length > 0
            ? $"{prefix}{Or(Text(now, "averageValue"), Unknown)}/{average}{(source is "object" or "external" ? " (avg)" : "")}"
            : $"{prefix}{Or(Text(now, "value"), Unknown)}/{Text(spec, "target", "value")}";
    }
}
