using System.Collections.Immutable;

namespace Emulator.Mesh;

internal sealed record MeshVirtualService(
    string Namespace, string Name, ImmutableArray<string> Hosts, ImmutableArray<string> Gateways, ImmutableArray<MeshHttpRoute> Http)
{
    /// <summary>Rules for raw TCP connections, and for TLS connections by their server name.</summary>
    public ImmutableArray<MeshStreamRoute> Streams { get; init; } = [];

    /// <summary>The namespaces that see it; empty: all.</summary>
    public ImmutableArray<string> ExportTo { get; init; } = [];
}
