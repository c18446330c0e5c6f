using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Emulator.Mesh.Conversion;
using Emulator.Storage;

namespace Emulator.Mesh.GatewayApi;

/// <summary>The filters of a rule, in the words of the mesh's own routes.</summary>
internal static class RouteFilters
{
    public static MeshHttpRoute Apply(MeshHttpRoute route, JsonNode? filters, Backends backends)
    {
        foreach (var filter in filters.Items())
        {
            route = filter["type"].Text() switch
            {
                "RequestHeaderModifier" or "ResponseHeaderModifier" => route with { Headers = Headers(route.Headers, filter) },
                "RequestRedirect" => route with { Redirect = Redirect(filter["requestRedirect"]) },
                "URLRewrite" => Rewrite(route, filter["urlRewrite"]),
                "RequestMirror" => Mirror(route, filter["requestMirror"], backends),
                "CORS" => route with { Cors = Cors(filter["cors"]) },
                var other => Unknown(route, other, backends),
            };
        }

        return route;
    }

    public static MeshHeaderOperations Headers(MeshHeaderOperations headers, JsonObject filter)
    {
        var request = filter["requestHeaderModifier"];
        var response = filter["responseHeaderModifier"];
        return headers with
        {
            RequestSet = headers.RequestSet.SetItems(Pairs(request?["set"])),
            RequestAdd = headers.RequestAdd.SetItems(Pairs(request?["add"])),
            RequestRemove = [.. headers.RequestRemove, .. request?["remove"].Texts() ?? []],
            ResponseSet = headers.ResponseSet.SetItems(Pairs(response?["set"])),
            ResponseAdd = headers.ResponseAdd.SetItems(Pairs(response?["add"])),
            ResponseRemove = [.. headers.ResponseRemove, .. response?["remove"].Texts() ?? []],
        };
    }

    private static IEnumerable<KeyValuePair<string, string>> Pairs(JsonNode? list) =>
        list.Items().Select(item => KeyValuePair.Create(item["name"].Text() ?? "", item["value"].Text() ?? ""));

    private static MeshRedirect Redirect(JsonNode? redirect) => new(
        redirect?["path"]?["replaceFullPath"].Text(),
        redirect?["hostname"].Text(),
        redirect?["scheme"].Text(),
        redirect?["port"].AsLong() is { } port ? (int)port : null,
        redirect?["statusCode"].Int(302) ?? 302,
        Prefix(redirect));

    private static MeshHttpRoute Rewrite(MeshHttpRoute route, JsonNode? rewrite)
    {
        var whole = rewrite?["path"]?["replaceFullPath"].Text();
        return route with
        {
            Rewrite = (Prefix(rewrite), rewrite?["hostname"].Text()),
            RegexRewrite = whole is null ? route.RegexRewrite : ("^.*$", whole.Replace(@"\", @"\\", StringComparison.Ordinal)),
        };
    }

    private static string? Prefix(JsonNode? change) => change?["path"]?["replacePrefixMatch"].Text() is { } prefix ? prefix.Length == 0 ? "/" : prefix : null;

    private static MeshHttpRoute Mirror(MeshHttpRoute route, JsonNode? mirror, Backends backends) =>
        backends.Resolve(mirror?["backendRef"]) is not { } target ? route : route with
        {
            Mirrors = route.Mirrors.Add(new MeshMirror(
                target,
                mirror?["percent"].Number()
                    ?? (mirror?["fraction"] is JsonObject fraction ? 100.0 * fraction["numerator"].Int() / Math.Max(1, fraction["denominator"].Int(100)) : 100))),
        };

    private static MeshCorsPolicy Cors(JsonNode? cors) => new()
    {
        AllowOrigins = [.. cors?["allowOrigins"].Texts().Select(Origin) ?? []],
        AllowMethods = [.. cors?["allowMethods"].Texts() ?? []],
        AllowHeaders = [.. cors?["allowHeaders"].Texts() ?? []],
        ExposeHeaders = [.. cors?["exposeHeaders"].Texts() ?? []],
        MaxAge = cors?["maxAge"].AsLong() is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        AllowCredentials = cors?["allowCredentials"].IsTrue() is true,
    };

    private static MeshStringMatch Origin(string origin) => origin.Contains('*')
        ? new MeshStringMatch("regex", Regex.Escape(origin).Replace(@"\*", ".*", StringComparison.Ordinal))
        : new MeshStringMatch("exact", origin);

    private static MeshHttpRoute Unknown(MeshHttpRoute route, string? type, Backends backends)
    {
        backends.Fail("UnsupportedValue", $"filter {type} is not acted on in embedded mode");
        return route;
    }
}
