using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Emulator.Storage;

namespace Emulator.Mesh.GatewayApi;

/// <summary>The matches of HTTPRoutes and GRPCRoutes.</summary>
internal static class RouteMatches
{
    public static MeshHttpMatch Http(JsonObject match) => new()
    {
        Uri = match["path"] is JsonObject path ? Path(path) : null,
        Method = match["method"].Text() is { } method ? new MeshStringMatch("exact", method) : null,
        Headers = Values(match["headers"], name => name.ToLowerInvariant()),
        QueryParameters = Values(match["queryParams"], name => name),
    };

    /// <summary>A gRPC method is the path <c>/service/method</c>.</summary>
    public static MeshHttpMatch Grpc(JsonObject match)
    {
        var method = match["method"];
        var isRegex = method?["type"].Text() == "RegularExpression";
        var service = method?["service"].Text();
        var name = method?["method"].Text();
        return new MeshHttpMatch
        {
            Uri = (service, name) switch
            {
                (null, null) => null,
                (not null, null) when !isRegex => new MeshStringMatch("prefix", $"/{service}/"),
                (not null, not null) when !isRegex => new MeshStringMatch("exact", $"/{service}/{name}"),
                _ => new MeshStringMatch("regex", $"/{Part(service, isRegex)}/{Part(name, isRegex)}"),
            },
            Headers = Values(match["headers"], header => header.ToLowerInvariant()),
        };
    }

    private static string Part(string? text, bool isRegex) => text is null ? "[^/]+" : isRegex ? text : Regex.Escape(text);

    /// <summary>A prefix counts in whole segments: <c>/a</c> covers <c>/a/b</c>, not <c>/ab</c>.</summary>
    private static MeshStringMatch? Path(JsonObject path) => (path["type"].Text() ?? "PathPrefix", path["value"].Text() ?? "/") switch
    {
        ("Exact", var value) => new MeshStringMatch("exact", value),
        ("RegularExpression", var value) => new MeshStringMatch("regex", value),
        (_, "/") => new MeshStringMatch("prefix", "/"),
        (_, var value) => new MeshStringMatch("segments", value.TrimEnd('/')),
    };

    // Of several with the same name the first counts.
    private static ImmutableDictionary<string, MeshStringMatch> Values(JsonNode? list, Func<string, string> key) =>
        list.Items().DistinctBy(item => key(item["name"].Text() ?? "")).ToImmutableDictionary(
            item => key(item["name"].Text() ?? ""),
            item => new MeshStringMatch(item["type"].Text() == "RegularExpression" ? "regex" : "exact", item["value"].Text() ?? ""));
}
