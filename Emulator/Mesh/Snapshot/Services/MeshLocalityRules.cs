using System.Collections.Immutable;

namespace Emulator.Mesh;

/// <summary>How requests of one place are spread over places (<c>region/zone</c>, with <c>*</c>).</summary>
/// <param name="Distribute">By the caller's place: the share of each place, in per cent.</param>
/// <param name="Failover">By the caller's region: the region that takes over.</param>
internal sealed record MeshLocalityRules(
    ImmutableArray<(string From, ImmutableArray<(string To, int Weight)> Shares)> Distribute, ImmutableArray<(string From, string To)> Failover)
{
    /// <summary>Labels, or <c>label=value</c>, in whose order endpoints are preferred that have what the caller has, or the value.</summary>
    public ImmutableArray<string> FailoverPriority { get; init; } = [];
}
