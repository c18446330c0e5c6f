using System.Collections.Immutable;

namespace Emulator.Mesh;

/// <param name="Selector">Empty: the whole namespace; and the whole mesh if the namespace is the root namespace.</param>
/// <param name="Mode">STRICT, PERMISSIVE, DISABLE or UNSET.</param>
internal sealed record MeshPeerAuthentication(
    string Namespace, string Name, ImmutableDictionary<string, string> Selector, string Mode, ImmutableDictionary<int, string> PortModes);
