using System.Collections.Immutable;

namespace Emulator.Mesh;

/// <summary>One Sidecar: what the pods of a namespace, or some of them, may know of the mesh.</summary>
/// <param name="Egress">What the pods may know, listener by listener.</param>
/// <param name="RegistryOnly">Its own outboundTrafficPolicy; null: the mesh's.</param>
internal sealed record MeshSidecar(
    string Namespace, string Name, ImmutableDictionary<string, string> Selector, ImmutableArray<MeshEgress> Egress, bool? RegistryOnly)
{
    /// <summary>The ports inside the pod that take what comes to its ports (<c>ingress</c>).</summary>
    public ImmutableDictionary<int, int> Ingress { get; init; } = ImmutableDictionary<int, int>.Empty;
}

/// <summary>One egress listener of a Sidecar.</summary>
/// <param name="Port">The only port of services that it is for; null: those that no other listener is for.</param>
/// <param name="Hosts"><c>namespace/host</c> with <c>.</c> for the own namespace, <c>*</c> for every one and <c>~</c> for none.</param>
internal sealed record MeshEgress(int? Port, ImmutableArray<string> Hosts);
