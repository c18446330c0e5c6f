using System.Net.WebSockets;
using Emulator.Storage;
using Microsoft.AspNetCore.Http.Features;

namespace Emulator.Api.Streams;

/// <summary>Turns an API request into a SPDY connection: directly, as older clients ask, or inside a WebSocket.</summary>
internal static class SpdyUpgrade
{
    private const string Protocol = "SPDY/3.1";
    private const string Version = "X-Stream-Protocol-Version";

    public static bool IsAsked(HttpContext http) => http.Request.Headers.Upgrade.Any(value => Protocol.Equals(value, StringComparison.OrdinalIgnoreCase));

    /// <param name="versions">Protocols of the streams that are served, the best first.</param>
    /// <exception cref="ApiException">400 or 403: no upgrade, or none of these protocols.</exception>
    public static async Task<SpdyConnection> AcceptAsync(HttpContext http, params string[] versions)
    {
        var offered = http.Request.Headers[Version].SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries)).ToList();
        var chosen = versions.FirstOrDefault(offered.Contains)
            ?? throw ApiErrors.BadRequest($"unable to negotiate protocol: client supports [{string.Join(' ', offered)}], server accepts [{string.Join(' ', versions)}]");
        if (http.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } upgrade)
        {
            throw ApiErrors.BadRequest("Upgrade request required");
        }

        http.Response.Headers.Connection = "Upgrade";
        http.Response.Headers.Upgrade = Protocol;
        http.Response.Headers[Version] = chosen;
        return new SpdyConnection(await upgrade.UpgradeAsync());
    }

    public static SpdyConnection Over(WebSocket socket) => new(new WebSocketStream(socket));
}
