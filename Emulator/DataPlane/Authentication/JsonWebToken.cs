using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Emulator.DataPlane.Authentication;

/// <summary>A token in compact form (RFC 7519), read but not yet believed.</summary>
internal sealed record JsonWebToken(string Algorithm, string? KeyId, JsonObject Claims, string Payload, byte[] Signed, byte[] Signature)
{
    private static readonly string[] Algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    /// <summary>Reads a token; the problem, in Envoy's words, when it is none.</summary>
    public static (JsonWebToken? Token, string? Problem) Parse(string text)
    {
        var parts = text.Split('.');
        if (parts.Length != 3)
        {
            return (null, "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections");
        }

        var (header, problem) = Section(parts[0], "header");
        if (header is null)
        {
            return (null, problem);
        }

        if (Text(header["alg"]) is not { } algorithm)
        {
            return (null, "Jwt header [alg] field is required and must be a string");
        }

        if (!Algorithms.Contains(algorithm))
        {
            return (null, "Jwt header [alg] is not supported");
        }

        (var claims, problem) = Section(parts[1], "payload");
        if (claims is null)
        {
            return (null, problem);
        }

        return Decode(parts[2]) is { } signature
            ? (new JsonWebToken(algorithm, Text(header["kid"]), claims, parts[1], Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), signature), null)
            : (null, "Jwt signature is an invalid Base64url encoded");
    }

    private static (JsonObject?, string?) Section(string text, string name)
    {
        if (Decode(text) is not { } bytes)
        {
            return (null, $"Jwt {name} is an invalid Base64url encoded");
        }

        try
        {
            return JsonNode.Parse(bytes) is JsonObject map ? (map, null) : (null, $"Jwt {name} is an invalid JSON");
        }
        catch (JsonException)
        {
            return (null, $"Jwt {name} is an invalid JSON");
        }
    }

    private static byte[]? Decode(string text)
    {
        try
        {
            return text.Length > 0 && !text.Contains('=') ? Base64Url.DecodeFromChars(text) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
