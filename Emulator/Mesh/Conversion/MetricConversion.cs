using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.Conversion;

/// <summary>What a Telemetry changes of Istio's standard metrics.</summary>
internal static class MetricConversion
{
    public static IEnumerable<MeshMetricOverride> Convert(JsonObject item) =>
        from metrics in (item["spec"]?["metrics"]).Items()
        from change in metrics["overrides"].Items()
        select new MeshMetricOverride(
            change["match"]?["customMetric"].Text() ?? change["match"]?["metric"].Text() ?? "ALL_METRICS",
            change["match"]?["mode"].Text() ?? "CLIENT_AND_SERVER",
            change["disabled"] is null ? null : change["disabled"].IsTrue(),
            (change["tagOverrides"] as JsonObject ?? [])
                .Where(tag => IsRemoved(tag.Value) || Literal(tag.Value) is not null)
                .ToImmutableDictionary(tag => tag.Key, tag => IsRemoved(tag.Value) ? null : Literal(tag.Value)));

    /// <summary>Labels whose values are expressions over the request.</summary>
    public static IEnumerable<string> Expressions(JsonObject item) =>
        from metrics in (item["spec"]?["metrics"]).Items().Select((node, index) => (node, index))
        from change in metrics.node["overrides"].Items().Select((node, index) => (node, index))
        from tag in change.node["tagOverrides"] as JsonObject ?? []
        where !IsRemoved(tag.Value) && Literal(tag.Value) is null
        select $"spec.metrics[{metrics.index}].overrides[{change.index}].tagOverrides.{tag.Key}: {tag.Value?["value"].Text()}";

    private static bool IsRemoved(JsonNode? tag) => tag?["operation"].Text() == "REMOVE";

    /// <summary>The text of an expression that is nothing but a text; else null.</summary>
    private static string? Literal(JsonNode? tag) =>
        tag?["value"].Text() is { Length: >= 2 } text && text[0] is '\'' or '"' && text[^1] == text[0] && text.IndexOf(text[0], 1) == text.Length - 1 ? text[1..^1] : null;
}
