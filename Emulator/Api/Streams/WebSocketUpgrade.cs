using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Emulator.Storage;
using Microsoft.AspNetCore.Http.Features;

namespace Emulator.Api.Streams;

/// <summary>Turns an API request into a WebSocket (RFC 6455).</summary>
internal static class WebSocketUpgrade
{
    private const string Magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(20);

    /// <summary>The first of our protocols that the client offers; null when the request asks for no WebSocket.</summary>
    /// <exception cref="ApiException">400: a WebSocket, but none of these protocols.</exception>
    public static string? Choose(HttpContext http, params ReadOnlySpan<string> protocols)
    {
        if (!http.Request.Headers.Upgrade.Any(value => "websocket".Equals(value, StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        var offered = http.Request.Headers.SecWebSocketProtocol
            .SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).ToList();
        foreach (var protocol in protocols)
        {
            if (offered.Contains(protocol))
            {
                return protocol;
            }
        }

        throw ApiErrors.BadRequest(
            $"unable to negotiate protocol: client supports [{string.Join(' ', offered)}], server accepts [{string.Join(' ', protocols.ToArray())}]");
    }

    /// <exception cref="ApiException">400: the request cannot be upgraded.</exception>
    public static async Task<WebSocket> AcceptAsync(HttpContext http, string protocol)
    {
        var key = http.Request.Headers.SecWebSocketKey.ToString();
        if (http.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } upgrade || key.Length == 0)
        {
            throw ApiErrors.BadRequest("Upgrade request required");
        }

        var headers = http.Response.Headers;
        headers.Connection = "Upgrade";
        headers.Upgrade = "websocket";
        headers.SecWebSocketProtocol = protocol;

        // The hash is the protocol's, not a matter of security.
#pragma warning disable CA5350
        headers.SecWebSocketAccept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + Magic)));
#pragma warning restore CA5350
        var stream = await upgrade.UpgradeAsync();
        return WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = KeepAlive });
    }
}
