using System.Collections.Immutable;
using Emulator.DataPlane.Identity;
using Emulator.DataPlane.Proxy;
using Emulator.Mesh;

namespace Emulator.DataPlane.Logging;

/// <summary>What the Telemetries of one workload come to: the narrowest that says something wins, then the mesh.</summary>
internal static class TelemetrySettings
{
    /// <summary>The access log of one direction, or null where there is none.</summary>
    /// <param name="direction">What a Telemetry says of the direction.</param>
    public static AccessLog? Log(MeshSnapshot snapshot, ProxyWorkload workload, Func<MeshTelemetry, MeshAccessLog?> direction, Action<string> write)
    {
        var said = Of(snapshot, workload).Select(direction).FirstOrDefault(value => value is not null) ?? new MeshAccessLog(snapshot.AccessLog, null);
        return said.IsOn ? new AccessLog(write, said.Filter is { } expression ? AccessLogFilter.Parse(expression) : null) : null;
    }

    public static double TracingPercent(MeshSnapshot snapshot, ProxyWorkload workload) =>
        Of(snapshot, workload).Select(item => item.TracingPercent).FirstOrDefault(value => value is not null) ?? snapshot.TracingPercent;

    public static ImmutableArray<MeshTracingTag> TracingTags(MeshSnapshot snapshot, ProxyWorkload workload) =>
        Of(snapshot, workload).Select(item => item.Tags).FirstOrDefault(tags => !tags.IsEmpty, []);

    private static IEnumerable<MeshTelemetry> Of(MeshSnapshot snapshot, ProxyWorkload workload) =>
        snapshot.Telemetries.Where(item => PolicyScope.Holds(snapshot, item.Namespace, item.Selector, workload));
}
