using System.Text.Json.Nodes;
using Emulator.Mesh;

namespace Emulator.DataPlane.Authentication;

/// <summary>A compiled <see cref="MeshJwtRule"/>: where its tokens are looked for, and which of them are believed.</summary>
internal sealed class JwtRule(MeshJwtRule rule)
{
    /// <summary>How far clocks may be apart (Envoy's default).</summary>
    private const long ClockSkewSeconds = 60;

    private readonly JsonWebKeys keys = JsonWebKeys.Parse(rule.Keys);

    public string Issuer => rule.Issuer;

    /// <summary>The token that a request brings for this rule; null when it brings none.</summary>
    public string? Find(HttpRequest request)
    {
        foreach (var (name, prefix) in rule.FromHeaders)
        {
            if (request.Headers.TryGetValue(name, out var values) && values.ToString() is { } value && value.StartsWith(prefix, StringComparison.Ordinal))
            {
                return value[prefix.Length..].Trim();
            }
        }

        foreach (var name in rule.FromParameters)
        {
            if (request.Query.TryGetValue(name, out var values))
            {
                return values.ToString();
            }
        }

        foreach (var name in rule.FromCookies)
        {
            if (request.Cookies.TryGetValue(name, out var value))
            {
                return value;
            }
        }

        const string Bearer = "Bearer ";
        return !rule.FromHeaders.IsEmpty || !rule.FromParameters.IsEmpty || !rule.FromCookies.IsEmpty ? null
            : request.Headers.Authorization.ToString() is { } header && header.StartsWith(Bearer, StringComparison.Ordinal) ? header[Bearer.Length..].Trim()
            : request.Query.TryGetValue("access_token", out var token) ? token.ToString()
            : null;
    }

    /// <summary>Why the token is not believed, in Envoy's words; null when it is.</summary>
    public string? Problem(JsonWebToken token, DateTimeOffset now)
    {
        var seconds = now.ToUnixTimeSeconds();
        return Number(token.Claims["nbf"]) is { } from && from > seconds + ClockSkewSeconds ? "Jwt not yet valid"
            : Number(token.Claims["exp"]) is { } until && until + ClockSkewSeconds < seconds ? "Jwt is expired"
            : !IsForUs(token) ? "Audiences in Jwt are not allowed"
            : keys.Verify(token.Algorithm, token.KeyId, token.Signed, token.Signature) switch
            {
                null => "Jwks doesn't have key to match kid or alg from Jwt",
                false => "Jwt verification fails",
                true => null,
            };
    }

    /// <summary>Passes on what the rule says of a believed token.</summary>
    public void Apply(HttpRequest request, JsonWebToken token, JwtPrincipal principal)
    {
        if (!rule.ForwardsToken)
        {
            var headers = rule.FromHeaders.IsEmpty ? ["Authorization"] : rule.FromHeaders.Select(header => header.Name);
            foreach (var name in headers)
            {
                request.Headers.Remove(name);
            }
        }

        if (rule.PayloadHeader is { } payload)
        {
            request.Headers[payload] = token.Payload;
        }

        foreach (var (header, claim) in rule.ClaimHeaders)
        {
            if (principal.Claim(claim.Split('.')) is { Count: > 0 } value)
            {
                request.Headers[header] = value.ToString();
            }
        }
    }

    private bool IsForUs(JsonWebToken token) =>
        rule.Audiences.IsEmpty || new JwtPrincipal(token.Claims).Claim(["aud"]).Any(audience => audience is not null && rule.Audiences.Contains(audience));

    private static double? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<double>(out var number) ? number : null;
}
