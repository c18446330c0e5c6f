using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Emulator.Controllers;
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
            Timeout = route["timeout"].Duration() is { } timeout && timeout > TimeSpan.Zero ? timeout : null,
            Delay = Delay(route["fault"]?["delay"]),
            Abort = Abort(route["fault"]?["abort"]),
            Headers = Headers(route["headers"]),
        };
        return route["retries"] is not JsonObject retries ? converted : converted with
        {
            Retries = retries["attempts"].Int(converted.Retries),
            RetryOn = retries["retryOn"].Text() ?? converted.RetryOn,
            PerTryTimeout = retries["perTryTimeout"].Duration(),
        };
    }

    /// <summary>A single destination may leave out its weight; with several, one without a weight gets nothing.</summary>
    private static IEnumerable<MeshDestination> Destinations(JsonObject route, string ns)
    {
        var all = route["route"].Items().ToList();
        return all.Select(item => new MeshDestination(
            HostNames.Resolve(item["destination"]?["host"].Text() ?? "", ns),
            item["destination"]?["subset"].Text(),
            item["destination"]?["port"]?["number"].AsLong() is { } port ? (int)port : null,
            item["weight"].Int(all.Count == 1 ? 100 : 0),
            Headers(item["headers"])));
    }

    private static MeshRedirect Redirect(JsonObject redirect) => new(
        redirect["uri"].Text(),
        redirect["authority"].Text(),
        redirect["scheme"].Text(),
        redirect["port"].AsLong() is { } port ? (int)port : null,
        redirect["redirectCode"].Int(301));

    private static string Body(JsonNode? body) =>
        body?["string"].Text() ?? (body?["bytes"].Text() is { } bytes ? Encoding.UTF8.GetString(System.Convert.FromBase64String(bytes)) : "");

    private static (double Percent, TimeSpan Delay)? Delay(JsonNode? delay) =>
        delay?["fixedDelay"].Duration() is { } time ? (Percent(delay), time) : null;

    private static (double Percent, int Status)? Abort(JsonNode? abort) =>
        abort?["httpStatus"].AsLong() is { } status ? (Percent(abort), (int)status) : null;

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
