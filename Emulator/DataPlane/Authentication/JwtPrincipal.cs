using System.Text.Json.Nodes;
using Microsoft.Extensions.Primitives;

namespace Emulator.DataPlane.Authentication;

/// <summary>Who a believed token says its bearer is; a feature of the request that brought it.</summary>
internal sealed class JwtPrincipal(JsonObject claims)
{
    public JsonObject Claims => claims;

    /// <summary>Issuer and subject, as <c>requestPrincipals</c> compares them.</summary>
    public string Name { get; } = $"{Text(claims["iss"])}/{Text(claims["sub"])}";

    /// <summary>A claim, or one inside of others; a list gives its entries.</summary>
    public StringValues Claim(IReadOnlyList<string> path)
    {
        JsonNode? node = claims;
        foreach (var step in path)
        {
            node = node is JsonObject map ? map[step] : null;
        }

        return node switch
        {
            JsonArray list => new StringValues([.. list.Select(Text)]),

            // Scopes come as one text with blanks (RFC 8693, 4.2).
            JsonValue value when Text(value) is { } text => text.Contains(' ') ? new StringValues(text.Split(' ')) : text,
            _ => default,
        };
    }

    private static string? Text(JsonNode? node) => node is JsonValue value ? value.TryGetValue<string>(out var text) ? text : value.ToJsonString() : null;
}
