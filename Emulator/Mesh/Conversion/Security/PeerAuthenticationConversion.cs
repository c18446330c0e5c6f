using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.Conversion;

/// <summary>PeerAuthentications as they are; which one holds for a pod is decided where the pod is known.</summary>
internal static class PeerAuthenticationConversion
{
    public static ImmutableArray<MeshPeerAuthentication> Convert(MeshInputs inputs) => [.. inputs.PeerAuthentications.OrderBy(Age.Key).Select(Convert)];

    private static MeshPeerAuthentication Convert(JsonObject node) => new(
        node.Namespace(),
        node.Name(),
        node["spec"]?["selector"]?["matchLabels"].Map().ToImmutableDictionary() ?? ImmutableDictionary<string, string>.Empty,
        Mode(node["spec"]?["mtls"]),
        node["spec"]?["portLevelMtls"] is JsonObject ports
            ? ports.Where(port => int.TryParse(port.Key, CultureInfo.InvariantCulture, out _))
                .ToImmutableDictionary(port => int.Parse(port.Key, CultureInfo.InvariantCulture), port => Mode(port.Value))
            : ImmutableDictionary<int, string>.Empty);

    private static string Mode(JsonNode? mtls) => mtls?["mode"].Text() ?? "UNSET";
}
