using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Emulator.DataPlane.Authentication;

/// <summary>An issuer's public keys (RFC 7517): RSA and elliptic curves.</summary>
internal sealed class JsonWebKeys
{
    private readonly List<Key> keys = [];

    /// <summary>Keys that cannot be used are left out, and text that is no key set has none.</summary>
    public static JsonWebKeys Parse(string? text)
    {
        var set = new JsonWebKeys();
        try
        {
            var parsed = text is null ? null : JsonNode.Parse(text);
            foreach (var entry in (parsed?["keys"] as JsonArray ?? (parsed is JsonObject single && single.ContainsKey("kty") ? [single.DeepClone()] : [])).OfType<JsonObject>())
            {
                if (Read(entry) is { } key)
                {
                    set.keys.Add(key);
                }
            }
        }
        catch (JsonException)
        {
            // No token is believed then; the control plane has said why.
        }

        return set;
    }

    /// <summary>Whether a key verifies the signature; null when no key fits the token's key id and algorithm.</summary>
    public bool? Verify(string algorithm, string? keyId, byte[] signed, byte[] signature)
    {
        bool? verified = null;
        foreach (var key in keys)
        {
            if ((keyId is null || key.Id is null || key.Id == keyId) && key.Verifier(algorithm) is { } verifier)
            {
                verified = verifier(signed, signature);
                if (verified is true)
                {
                    return true;
                }
            }
        }

        return verified;
    }

    private static Key? Read(JsonObject entry)
    {
        try
        {
            string Text(string name) => entry[name]?.GetValue<string>() ?? throw new FormatException(name);
            var id = entry["kid"]?.GetValue<string>();
            switch (entry["kty"]?.GetValue<string>())
            {
                case "RSA":
                    return new Key(id, RSA.Create(new RSAParameters { Modulus = Base64Url.DecodeFromChars(Text("n")), Exponent = Base64Url.DecodeFromChars(Text("e")) }), "");
                case "EC":
                    var (curve, algorithm) = Text("crv") switch
                    {
                        "P-256" => (ECCurve.NamedCurves.nistP256, "ES256"),
                        "P-384" => (ECCurve.NamedCurves.nistP384, "ES384"),
                        "P-521" => (ECCurve.NamedCurves.nistP521, "ES512"),
                        var other => throw new FormatException(other),
                    };
                    var point = new ECPoint { X = Base64Url.DecodeFromChars(Text("x")), Y = Base64Url.DecodeFromChars(Text("y")) };
                    return new Key(id, ECDsa.Create(new ECParameters { Curve = curve, Q = point }), algorithm);
                default:
                    return null;
            }
        }
        catch (Exception e) when (e is FormatException or CryptographicException or InvalidOperationException or PlatformNotSupportedException)
        {
            return null;
        }
    }

    private sealed record Key(string? Id, AsymmetricAlgorithm Algorithm, string Curve)
    {
        public Func<byte[], byte[], bool>? Verifier(string algorithm)
        {
            var hash = algorithm[^3..] switch
            {
                "256" => HashAlgorithmName.SHA256,
                "384" => HashAlgorithmName.SHA384,
                _ => HashAlgorithmName.SHA512,
            };
            return (algorithm[..2], Algorithm) switch
            {
                ("RS", RSA rsa) => (signed, signature) => rsa.VerifyData(signed, signature, hash, RSASignaturePadding.Pkcs1),
                ("PS", RSA rsa) => (signed, signature) => rsa.VerifyData(signed, signature, hash, RSASignaturePadding.Pss),
                ("ES", ECDsa curve) when algorithm == Curve => (signed, signature) => curve.VerifyData(signed, signature, hash),
                _ => null,
            };
        }
    }
}
