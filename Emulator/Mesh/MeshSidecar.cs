using System.Collections.Immutable;

namespace Emulator.Mesh;

/// <summary>One Sidecar: what the pods of a namespace, or some of them, may know of the mesh.</summary>
/// <param name="EgressHosts"><c>namespace/host</c> with <c>.</c> for the own namespace, <c>*</c> for every one and <c>~</c> for none.</param>
/// <param name="RegistryOnly">Its own outboundTrafficPolicy; null: the mesh's.</param>
internal sealed record MeshSidecar(
    string Namespace, string Name, ImmutableDictionary<string, string> Selector, ImmutableArray<string> EgressHosts, bool? RegistryOnly);
