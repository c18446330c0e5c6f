using Emulator.Controllers;
using Emulator.Storage;

namespace Emulator.Mesh.Conversion;

/// <summary>How many requests start a trace: the mesh-wide Telemetry says it, else the mesh settings.</summary>
internal static class TelemetryConversion
{
    public static double TracingPercent(MeshInputs inputs)
    {
        var settings = inputs.Settings;
        var tracing = inputs.Telemetries
            .Where(item => item.Namespace() == settings.RootNamespace && item["spec"]?["selector"] is null && item["spec"]?["targetRefs"] is null)
            .OrderBy(Age.Key)
            .Select(item => item["spec"]?["tracing"].Items().FirstOrDefault())
            .FirstOrDefault(item => item is not null);
        return tracing?["disableSpanReporting"].IsTrue() == true ? 0
            : tracing?["randomSamplingPercentage"].Number() ?? (settings.EnableTracing ? settings.TracingSampling : 0);
    }
}
