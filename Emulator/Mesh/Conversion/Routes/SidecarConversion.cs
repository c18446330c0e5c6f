using System.Collections.Immutable;
using Emulator.Storage;

namespace Emulator.Mesh.Conversion;

/// <summary>Sidecars: the egress hosts of all their listeners together.</summary>
internal static class SidecarConversion
{
    public static ImmutableArray<MeshSidecar> Convert(MeshInputs inputs) =>
    [
        .. inputs.Sidecars.OrderBy(Age.Key).Select(node => new MeshSidecar(
            node.Namespace(),
            node.Name(),
            node["spec"]?["workloadSelector"]?["labels"].Map().ToImmutableDictionary() ?? ImmutableDictionary<string, string>.Empty,
            node["spec"]?["egress"] is null ? ["*/*"] : [.. node["spec"]!["egress"].Items().SelectMany(listener => listener["hosts"].Texts())],
            node["spec"]?["outboundTrafficPolicy"]?["mode"].Text() is { } mode ? mode == "REGISTRY_ONLY" : null)),
    ];
}
