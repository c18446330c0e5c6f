using System.Collections.Immutable;

namespace Emulator.Mesh;

/// <summary>What one Telemetry says; null where it says nothing.</summary>
/// <param name="Selector">Empty: the whole namespace, and the whole mesh in the root namespace.</param>
/// <param name="TracingPercent">Share of requests that start a trace, 0 to 100.</param>
/// <param name="ClientLog">Of requests that a workload sends, and of those at gateways.</param>
/// <param name="ServerLog">Of requests that a workload is sent.</param>
internal sealed record MeshTelemetry(
    string Namespace, string Name, ImmutableDictionary<string, string> Selector, double? TracingPercent, MeshAccessLog? ClientLog, MeshAccessLog? ServerLog)
{
    /// <summary>Empty: none.</summary>
    public ImmutableArray<MeshTracingTag> Tags { get; init; } = [];

    /// <summary>What it changes of metrics, in its order.</summary>
    public ImmutableArray<MeshMetricOverride> Metrics { get; init; } = [];
}
