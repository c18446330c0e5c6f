using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.Conversion;

/// <summary>Telemetry: the share of requests that start a trace, and whether proxies write access logs, and what changes of metrics.</summary>
internal static class TelemetryConversion
{
    /// <summary>The mesh-wide Telemetry says it, else the mesh settings.</summary>
    public static double TracingPercent(MeshInputs inputs)
    {
        var settings = inputs.Settings;
        return inputs.Telemetries.OrderBy(Age.Key)
            .Where(item => item.Namespace() == settings.RootNamespace && WorkloadSelectors.All(item).Any(selector => selector.IsEmpty))
            .Select(Percent).FirstOrDefault(percent => percent is not null) ?? (settings.EnableTracing ? settings.TracingSampling : 0);
    }

    public static ImmutableArray<MeshTelemetry> Convert(MeshInputs inputs)
    {
        var root = inputs.Settings.RootNamespace;
        return
        [
            .. inputs.Telemetries.OrderBy(Age.Key)
                .SelectMany(item => WorkloadSelectors.All(item).Select(selector => new MeshTelemetry(
                    item.Namespace(), item.Name(), selector, Percent(item), AccessLog(item, "CLIENT"), AccessLog(item, "SERVER"))
                {
                    Tags = Tags(item),
                    Metrics = [.. MetricConversion.Convert(item)],
                }))
                .Where(item => (item.ClientLog ?? item.ServerLog) is not null || !item.Tags.IsEmpty || !item.Metrics.IsEmpty || (item.TracingPercent is not null && !(item.Namespace == root && item.Selector.IsEmpty)))
                .OrderBy(item => !item.Selector.IsEmpty ? 0 : item.Namespace != root ? 1 : 2),
        ];
    }

    private static double? Percent(JsonObject item) =>
        item["spec"]?["tracing"].Items().FirstOrDefault() is not { } tracing ? null
        : tracing["disableSpanReporting"].IsTrue() ? 0
        : tracing["randomSamplingPercentage"].Number();

    private static ImmutableArray<MeshTracingTag> Tags(JsonObject item) =>
    [
        .. (item["spec"]?["tracing"].Items().FirstOrDefault()?["customTags"] as JsonObject ?? []).OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag =>
        {
            // Of the proxy's environment nothing is known here: the default stands for it.
            var source = tag.Value?["header"] ?? tag.Value?["environment"];
            return new MeshTracingTag(
                tag.Key, tag.Value?["header"]?["name"].Text()?.ToLowerInvariant(), tag.Value?["literal"]?["value"].Text() ?? source?["defaultValue"].Text());
        }),
    ];

    /// <summary>Any provider is as good as <c>envoy</c>: the container's log is the only place there is.</summary>
    private static MeshAccessLog? AccessLog(JsonObject item, string mode)
    {
        var entries = (item["spec"]?["accessLogging"]).Items().Where(entry => IsFor(entry["match"]?["mode"].Text(), mode)).ToList();
        var on = entries.Find(entry => !entry["disabled"].IsTrue());
        return entries.Count == 0 ? null : new MeshAccessLog(on is not null, on?["filter"]?["expression"].Text());
    }

    private static bool IsFor(string? said, string mode) => said is null or "CLIENT_AND_SERVER" || said == mode;
}
