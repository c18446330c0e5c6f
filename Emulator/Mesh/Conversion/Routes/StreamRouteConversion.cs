using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.Conversion;

/// <summary>The <c>tcp</c> and <c>tls</c> rules of a VirtualService.</summary>
internal static class StreamRouteConversion
{
    public static IEnumerable<MeshStreamRoute> Convert(JsonNode spec, string ns) =>
    [
        .. spec["tls"].Items().Select(route => Convert(route, isTls: true, ns)),
        .. spec["tcp"].Items().Select(route => Convert(route, isTls: false, ns)),
    ];

    private static MeshStreamRoute Convert(JsonObject route, bool isTls, string ns) => new(
        isTls,
        [
            .. route["match"].Items().Select(match => new MeshStreamMatch(
                [.. match["sniHosts"].Texts()],
                match["port"].AsLong() is { } port and not 0 ? (int)port : null,
                match["sourceLabels"].Map().ToImmutableDictionary(),
                [.. match["gateways"].Texts().Select(gateway => HostNames.ResolveGateway(gateway, ns))])
            {
                Destinations = [.. match["destinationSubnets"].Texts()],
                Source = match["sourceSubnet"].Text(),
            }),
        ],
        [.. HttpRouteConversion.Destinations(route, ns)]);
}
