using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.Conversion;

/// <summary>One HTTP rule of a VirtualService.</summary>
internal static class HttpRouteConversion
{
    public static MeshHttpRoute Convert(JsonObject route, string ns)
    {
        var converted = new MeshHttpRoute
        {
            Name = route["name"].Text() ?? "",
            Matches = [.. route["match"].Items().Select(match => HttpMatchConversion.Convert(match, ns))],
            Destinations = [.. Destinations(route, ns)],
            Redirect = route["redirect"] is JsonObject redirect ? Redirect(redirect) : null,
            DirectResponse = route["directResponse"] is JsonObject direct ? (direct["status"].Int(), Body(direct["body"])) : null,
            Rewrite = route["rewrite"] is JsonObject rewrite ? (rewrite["uri"].Text(), rewrite["authority"].Text()) : null,
            RegexRewrite = route["rewrite"]?["uriRegexRewrite"] is JsonObject regex ? (regex["match"].Text() ?? "", regex["rewrite"].Text() ?? "") : null,
            Timeout = route["timeout"].Duration() is { } timeout && timeout > TimeSpan.Zero ? timeout : null,
            Delay = Delay(route["fault"]?["delay"]),
            Abort = Abort(route["fault"]?["abort"]),
            GrpcAbort = GrpcAbort(route["fault"]?["abort"]),
            Mirrors = [.. Mirrors(route, ns)],
            Cors = route["corsPolicy"] is JsonObject cors ? Cors(cors) : null,
            Headers = Headers(route["headers"]),
        };
        return route["retries"] is not JsonObject retries ? converted : converted with
        {
            Retries = retries["attempts"].Int(converted.Retries),
            RetryOn = retries["retryOn"].Text() ?? converted.RetryOn,
            RetriesAnywhere = retries["retryIgnorePreviousHosts"] is not null && !retries["retryIgnorePreviousHosts"].IsTrue(),
            PerTryTimeout = retries["perTryTimeout"].Duration(),
            Backoff = retries["backoff"].Duration(),
        };
    }

    /// <summary>A single destination may leave out its weight; with several, one without a weight gets nothing.</summary>
    public static IEnumerable<MeshDestination> Destinations(JsonObject route, string ns)
    {
        var all = route["route"].Items().ToList();
        return all.Select(item => Destination(item["destination"], ns) with
        {
            Weight = item["weight"].Int(all.Count == 1 ? 100 : 0),
            Headers = Headers(item["headers"]),
        });
    }

    private static MeshDestination Destination(JsonNode? destination, string ns) => new(
        HostNames.Resolve(destination?["host"].Text() ?? "", ns),
        destination?["subset"].Text(),
        destination?["port"]?["number"].AsLong() is { } port ? (int)port : null,
        100,
        new MeshHeaderOperations());

    /// <summary>The single mirror with any of the three ways to write its share, and the list.</summary>
    private static IEnumerable<MeshMirror> Mirrors(JsonObject route, string ns)
    {
        if (route["mirror"] is JsonObject single)
        {
            var share = route["mirrorPercentage"]?["value"].Number() ?? route["mirrorPercent"].Number() ?? route["mirror_percent"].Number() ?? 100;
            yield return new MeshMirror(Destination(single, ns), share);
        }

        foreach (var mirror in route["mirrors"].Items())
        {
            yield return new MeshMirror(Destination(mirror["destination"], ns), mirror["percentage"]?["value"].Number() ?? 100);
        }
    }

    private static MeshCorsPolicy Cors(JsonObject cors) => new()
    {
        AllowOrigins =
        [
            .. cors["allowOrigins"].Items().Select(HttpMatchConversion.Text).OfType<MeshStringMatch>(),
            .. cors["allowOrigin"].Texts().Select(origin => origin == "*" ? new MeshStringMatch("regex", ".*") : new MeshStringMatch("exact", origin)),
        ],
        AllowMethods = [.. cors["allowMethods"].Texts()],
        AllowHeaders = [.. cors["allowHeaders"].Texts()],
        ExposeHeaders = [.. cors["exposeHeaders"].Texts()],
        MaxAge = cors["maxAge"].Duration(),
        AllowCredentials = cors["allowCredentials"].IsTrue(),
    };

    private static MeshRedirect Redirect(JsonObject redirect) => new(
        redirect["uri"].Text(),
        redirect["authority"].Text(),
        redirect["scheme"].Text(),
        redirect["port"].AsLong() is { } port ? (int)port : null,
        redirect["redirectCode"].Int(301),
        redirect["prefixRewrite"].Text(),
        redirect["derivePort"].Text());

    private static string Body(JsonNode? body) =>
        body?["string"].Text() ?? (body?["bytes"].Text() is { } bytes ? Encoding.UTF8.GetString(System.Convert.FromBase64String(bytes)) : "");

    private static (double Percent, TimeSpan Delay)? Delay(JsonNode? delay) =>
        delay?["fixedDelay"].Duration() is { } time ? (Percent(delay), time) : null;

    private static (double Percent, int Status)? Abort(JsonNode? abort) =>
        abort?["httpStatus"].AsLong() is { } status ? (Percent(abort), (int)status) : null;

    private static (double Percent, int Code)? GrpcAbort(JsonNode? abort) =>
        abort?["grpcStatus"].Text() is { } name && GrpcStatus.Parse(name) is { } code ? (Percent(abort), code) : null;

    private static double Percent(JsonNode fault) => fault["percentage"]?["value"].Number() ?? fault["percent"].Number() ?? 100;

    private static MeshHeaderOperations Headers(JsonNode? headers) => new()
    {
        RequestSet = headers?["request"]?["set"].Map().ToImmutableDictionary() ?? ImmutableDictionary<string, string>.Empty,
        RequestAdd = headers?["request"]?["add"].Map().ToImmutableDictionary() ?? ImmutableDictionary<string, string>.Empty,
        RequestRemove = [.. headers?["request"]?["remove"].Texts() ?? []],
        ResponseSet = headers?["response"]?["set"].Map().ToImmutableDictionary() ?? ImmutableDictionary<string, string>.Empty,
        ResponseAdd = headers?["response"]?["add"].Map().ToImmutableDictionary() ?? ImmutableDictionary<string, string>.Empty,
        ResponseRemove = [.. headers?["response"]?["remove"].Texts() ?? []],
    };
}
