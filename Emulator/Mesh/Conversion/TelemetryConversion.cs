using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Emulator.Controllers;
using Emulator.Storage;

namespace Emulator.Mesh.Conversion;

/// <summary>Telemetry: the share of requests that start a trace, and whether proxies write access logs.</summary>
internal static class TelemetryConversion
{
    /// <summary>The mesh-wide Telemetry says it, else the mesh settings.</summary>
    public static double TracingPercent(MeshInputs inputs)
    {
        var settings = inputs.Settings;
        return Effective(inputs)
            .Where(item => item.Namespace() == settings.RootNamespace && WorkloadSelectors.Of(item).IsEmpty)
            .Select(Percent).FirstOrDefault(percent => percent is not null) ?? (settings.EnableTracing ? settings.TracingSampling : 0);
    }

    public static ImmutableArray<MeshTelemetry> Convert(MeshInputs inputs)
    {
        var root = inputs.Settings.RootNamespace;
        return
        [
            .. Effective(inputs)
                .Select(item => new MeshTelemetry(item.Namespace(), item.Name(), WorkloadSelectors.Of(item), Percent(item), AccessLog(item)))
                .Where(item => item.AccessLog is not null || (item.TracingPercent is not null && !(item.Namespace == root && item.Selector.IsEmpty)))
                .OrderBy(item => !item.Selector.IsEmpty ? 0 : item.Namespace != root ? 1 : 2),
        ];
    }

    /// <summary>Those with a target of the Gateway API have none in embedded mode.</summary>
    private static IEnumerable<JsonObject> Effective(MeshInputs inputs) =>
        inputs.Telemetries.Where(item => item["spec"]?["targetRefs"] is null && item["spec"]?["targetRef"] is null).OrderBy(Age.Key);

    private static double? Percent(JsonObject item) =>
        item["spec"]?["tracing"].Items().FirstOrDefault() is not { } tracing ? null
        : tracing["disableSpanReporting"].IsTrue() ? 0
        : tracing["randomSamplingPercentage"].Number();

    /// <summary>Any provider is as good as <c>envoy</c>: the container's log is the only place there is.</summary>
    private static bool? AccessLog(JsonObject item) =>
        item["spec"]?["accessLogging"] is JsonArray { Count: > 0 } logging ? logging.Items().Any(entry => !entry["disabled"].IsTrue()) : null;
}
