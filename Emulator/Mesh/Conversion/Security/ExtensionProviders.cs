using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.Conversion;

/// <summary>The external authorizers among the mesh settings' <c>extensionProviders</c>.</summary>
internal static class ExtensionProviders
{
    /// <summary>What a proxy keeps of a request's body at most, whatever the settings say: 1 MiB, the limit of Envoy's buffers.</summary>
    private const long LargestBody = 1024 * 1024;

    public static ImmutableDictionary<string, MeshExternalAuthorizer> Read(JsonNode? providers) =>
        providers.Items()
            .Where(provider => (provider["envoyExtAuthzHttp"] ?? provider["envoyExtAuthzGrpc"]) is JsonObject)
            .DistinctBy(provider => provider["name"].Text() ?? "")
            .ToImmutableDictionary(provider => provider["name"].Text() ?? "", Convert);

    private static MeshExternalAuthorizer Convert(JsonNode provider) => provider["envoyExtAuthzHttp"] is { } http
        ? Convert(http, isGrpc: false)
        : Convert(provider["envoyExtAuthzGrpc"]!, isGrpc: true);

    private static MeshExternalAuthorizer Convert(JsonNode http, bool isGrpc) => new()
    {
        IsGrpc = isGrpc,
        // A Service is named namespace/host where the host alone would not do.
        Host = http["service"].Text()?.Split('/')[^1] ?? "",
        Port = http["port"].AsPort(),
        PathPrefix = http["pathPrefix"].Text() ?? "",
        ShownHeaders = [.. (http["includeRequestHeadersInCheck"] ?? http["includeHeadersInCheck"]).Texts().Select(name => name.ToLowerInvariant())],
        UpstreamHeaders = [.. http["headersToUpstreamOnAllow"].Texts().Select(name => name.ToLowerInvariant())],
        DownstreamHeaders = [.. http["headersToDownstreamOnDeny"].Texts().Select(name => name.ToLowerInvariant())],
        MaximumBody = http["includeRequestBodyInCheck"] is JsonObject body ? (int)Math.Min(body["maxRequestBytes"].AsLong() ?? 0, LargestBody) : null,
        TakesPartialBody = http["includeRequestBodyInCheck"]?["allowPartialMessage"].IsTrue() is true,
        PacksBody = http["includeRequestBodyInCheck"]?["packAsBytes"].IsTrue() is true,
        Timeout = http["timeout"].Duration() ?? TimeSpan.FromSeconds(10),
        FailOpen = http["failOpen"].IsTrue(),
        StatusOnError = int.TryParse(http["statusOnError"].Text(), out var status) ? status : StatusCodes.Status403Forbidden,
    };

    private static int AsPort(this JsonNode? port) => int.TryParse(port.Text(), out var number) ? number : port.Int();
}
