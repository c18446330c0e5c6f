using Emulator.DataPlane.Identity;
using Emulator.DataPlane.Proxy;
using Emulator.Mesh;

namespace Emulator.DataPlane.Logging;

/// <summary>What the Telemetries of one workload come to: the narrowest that says something wins, then the mesh.</summary>
internal static class TelemetrySettings
{
    public static bool AccessLog(MeshSnapshot snapshot, ProxyWorkload workload) =>
        Of(snapshot, workload).Select(item => item.AccessLog).FirstOrDefault(value => value is not null) ?? snapshot.AccessLog;

    public static double TracingPercent(MeshSnapshot snapshot, ProxyWorkload workload) =>
        Of(snapshot, workload).Select(item => item.TracingPercent).FirstOrDefault(value => value is not null) ?? snapshot.TracingPercent;

    private static IEnumerable<MeshTelemetry> Of(MeshSnapshot snapshot, ProxyWorkload workload) =>
        snapshot.Telemetries.Where(item => PolicyScope.Holds(snapshot, item.Namespace, item.Selector, workload));
}
