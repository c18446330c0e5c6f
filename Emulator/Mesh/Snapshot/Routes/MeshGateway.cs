using System.Collections.Immutable;

namespace Emulator.Mesh;

/// <summary>One Gateway object; it applies to the pods that <see cref="Selector"/> matches.</summary>
internal sealed record MeshGateway(string Namespace, string Name, ImmutableDictionary<string, string> Selector, ImmutableArray<MeshGatewayServer> Servers)
{
    /// <summary>The only namespace whose pods it applies to; null: those of all.</summary>
    public string? PodNamespace { get; init; }
}
