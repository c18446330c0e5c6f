using System.Collections.Immutable;

namespace Emulator.Mesh;

/// <summary>The DestinationRules in force for calls from one namespace, or from some of its pods.</summary>
/// <param name="Selector">Labels that the calling pod must have (<c>workloadSelector</c>); empty: all pods.</param>
internal sealed record MeshCallerPolicy(
    string Namespace, ImmutableDictionary<string, string> Selector, MeshTrafficPolicy Policy, ImmutableDictionary<string, MeshSubset> Subsets);
