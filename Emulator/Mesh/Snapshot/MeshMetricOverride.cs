using System.Collections.Immutable;

namespace Emulator.Mesh;

/// <summary>What a Telemetry changes of a metric.</summary>
/// <param name="Metric">Such as REQUEST_COUNT; ALL_METRICS: every one.</param>
/// <param name="Mode">CLIENT, SERVER or CLIENT_AND_SERVER: in which direction of a proxy.</param>
/// <param name="IsDisabled">Null: not said.</param>
/// <param name="Labels">Labels with their new values; null: the label is taken away.</param>
internal sealed record MeshMetricOverride(string Metric, string Mode, bool? IsDisabled, ImmutableDictionary<string, string?> Labels)
{
    public bool IsFor(string metric, bool isSource) =>
        (Metric is "ALL_METRICS" || Metric == metric) && (Mode is "CLIENT_AND_SERVER" || Mode == (isSource ? "CLIENT" : "SERVER"));
}
