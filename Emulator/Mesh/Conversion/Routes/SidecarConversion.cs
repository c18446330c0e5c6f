using System.Collections.Immutable;
using System.Net;
using Emulator.Storage;

namespace Emulator.Mesh.Conversion;

/// <summary>Sidecars: what pods may know, and which of their ports takes what comes in.</summary>
internal static class SidecarConversion
{
    public static ImmutableArray<MeshSidecar> Convert(MeshInputs inputs) =>
    [
        .. inputs.Sidecars.OrderBy(Age.Key).Select(node => new MeshSidecar(
            node.Namespace(),
            node.Name(),
            node["spec"]?["workloadSelector"]?["labels"].Map().ToImmutableDictionary() ?? ImmutableDictionary<string, string>.Empty,
            node["spec"]?["egress"] is null
                ? [new MeshEgress(null, ["*/*"])]
                : [.. node["spec"]!["egress"].Items().Select(listener => new MeshEgress((int?)listener["port"]?["number"].AsLong(), [.. listener["hosts"].Texts()]))],
            node["spec"]?["outboundTrafficPolicy"]?["mode"].Text() is { } mode ? mode == "REGISTRY_ONLY" : null)
        {
            Ingress = (node["spec"]?["ingress"]).Items()
                .Select(listener => (Port: listener["port"]?["number"].AsLong(), Inside: Inside(listener["defaultEndpoint"].Text())))
                .Where(pair => pair is { Port: not null, Inside: not null })
                .DistinctBy(pair => pair.Port)
                .ToImmutableDictionary(pair => (int)pair.Port!, pair => pair.Inside!.Value),
        }),
    ];

    /// <summary>The port of an address inside the pod, such as <c>127.0.0.1:8080</c>; null for a socket in a file.</summary>
    private static int? Inside(string? endpoint) => IPEndPoint.TryParse(endpoint ?? "", out var address) && address.Port > 0 ? address.Port : null;
}
