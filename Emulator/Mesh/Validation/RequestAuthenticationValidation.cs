using System.Text.Json;
using System.Text.Json.Nodes;
using Emulator.Mesh.Conversion;
using Emulator.Storage;

namespace Emulator.Mesh.Validation;

/// <summary>The rules of Istio's ValidateRequestAuthentication.</summary>
internal static class RequestAuthenticationValidation
{
    public static void Validate(JsonObject spec, ValidationResult result)
    {
        foreach (var rule in spec["jwtRules"].Items())
        {
            var issuer = rule["issuer"].Text() ?? "";
            result.Require(issuer.Length > 0, "issuer cannot be empty");
            result.Require(rule["audiences"].Texts().All(audience => audience.Length > 0), "audience must be non-empty string");
            result.Require(rule["jwksUri"] is null || rule["jwks"] is null, $"issuer \"{issuer}\": only one of jwks and jwksUri can be set");
            result.Require(
                rule["jwksUri"].Text() is not { } uri || (Uri.TryCreate(uri, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https"),
                $"issuer \"{issuer}\": jwksUri \"{rule["jwksUri"].Text()}\" is no http or https URL");
            result.Require(rule["jwks"].Text() is not { } keys || IsKeySet(keys), $"issuer \"{issuer}\": jwks is no JSON Web Key Set: expected {{\"keys\": [...]}}");
            foreach (var header in rule["fromHeaders"].Items())
            {
                result.Require(header["name"].Text() is { Length: > 0 }, "location header name must be non-empty string");
            }
        }
    }

    private static bool IsKeySet(string text)
    {
        try
        {
            return JsonNode.Parse(text) is JsonObject set && (set["keys"] is JsonArray || set["kty"] is not null);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
