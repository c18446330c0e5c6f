using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Api.Security;

/// <summary>Issues and checks the signed tokens of service accounts.</summary>
/// <remarks>A token dies with its service account, and with the pod or secret that it is bound to.</remarks>
internal sealed class ServiceAccountTokens(ClusterAuthority authority, ObjectStore store, TimeProvider time)
{
    public const string Issuer = "https://kubernetes.default.svc.cluster.local";

    private const int Remembered = 2_000;

    private readonly ConcurrentDictionary<string, JsonObject> verified = new();
    private readonly string keyId = Base64Url.EncodeToString(SHA256.HashData(authority.TokenKey.ExportSubjectPublicKeyInfo()));

    /// <summary>A token with an end, for the TokenRequest API and for pods.</summary>
    public string Issue(string ns, string account, string accountUid, IReadOnlyList<string> audiences, DateTimeOffset expires, BoundObject? bound = null)
    {
        var now = time.GetUtcNow();
        var kubernetes = new JsonObject { ["namespace"] = ns, ["serviceaccount"] = new JsonObject { ["name"] = account, ["uid"] = accountUid } };
        if (bound is not null)
        {
            kubernetes[bound.Kind.ToLowerInvariant()] = new JsonObject { ["name"] = bound.Name, ["uid"] = bound.Uid };
        }

        return Sign(new JsonObject
        {
            ["aud"] = new JsonArray([.. (audiences.Count == 0 ? [Issuer] : audiences).Select(audience => JsonValue.Create(audience))]),
            ["exp"] = expires.ToUnixTimeSeconds(),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["iss"] = Issuer,
            ["jti"] = Guid.NewGuid().ToString(),
            ["kubernetes.io"] = kubernetes,
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["sub"] = $"system:serviceaccount:{ns}:{account}",
        });
    }

    /// <summary>A token without an end, for a Secret of type kubernetes.io/service-account-token.</summary>
    public string IssueForSecret(string ns, string account, string accountUid, string secret) => Sign(new JsonObject
    {
        ["iss"] = "kubernetes/serviceaccount",
        ["kubernetes.io/serviceaccount/namespace"] = ns,
        ["kubernetes.io/serviceaccount/secret.name"] = secret,
        ["kubernetes.io/serviceaccount/service-account.name"] = account,
        ["kubernetes.io/serviceaccount/service-account.uid"] = accountUid,
        ["sub"] = $"system:serviceaccount:{ns}:{account}",
    });

    /// <summary>Whose token it is; null when it is not one of ours, has ended, or what it stands for is gone.</summary>
    public UserInfo? Validate(string token, IReadOnlyList<string>? audiences = null)
    {
        if (Claims(token) is not { } claims)
        {
            return null;
        }

        var now = time.GetUtcNow().ToUnixTimeSeconds();
        if (claims["exp"].AsLong() is { } end && now >= end || claims["nbf"].AsLong() is { } begin && now + 60 < begin)
        {
            return null;
        }

        if (claims["aud"] is JsonArray meant && !meant.Any(item => (audiences ?? [Issuer]).Contains(item!.GetValue<string>())))
        {
            return null;
        }

        return claims["kubernetes.io"] is JsonObject bound ? Bound(claims, bound) : Legacy(claims);
    }

    private UserInfo? Bound(JsonObject claims, JsonObject kubernetes)
    {
        var ns = kubernetes["namespace"]!.GetValue<string>();
        var account = kubernetes["serviceaccount"]!.AsObject();
        var name = account["name"]!.GetValue<string>();
        var uid = account["uid"]!.GetValue<string>();
        var extra = new Dictionary<string, IReadOnlyList<string>>
        {
            ["authentication.kubernetes.io/credential-id"] = [$"JTI={claims["jti"]}"],
        };
        if (kubernetes["pod"] is JsonObject pod)
        {
            var podName = pod["name"]!.GetValue<string>();
            if (!Exists(KnownTypes.Pods, ns, podName, pod["uid"]!.GetValue<string>()))
            {
                return null;
            }

            extra["authentication.kubernetes.io/pod-name"] = [podName];
            extra["authentication.kubernetes.io/pod-uid"] = [pod["uid"]!.GetValue<string>()];
        }

        if (kubernetes["secret"] is JsonObject secret && !Exists(KnownTypes.Secrets, ns, secret["name"]!.GetValue<string>(), secret["uid"]!.GetValue<string>()))
        {
            return null;
        }

        return Exists(KnownTypes.ServiceAccounts, ns, name, uid) ? User(ns, name, uid) with { Extra = extra } : null;
    }

    private UserInfo? Legacy(JsonObject claims)
    {
        string Claim(string name) => claims[$"kubernetes.io/serviceaccount/{name}"]?.GetValue<string>() ?? "";

        var ns = Claim("namespace");
        var name = Claim("service-account.name");
        var uid = Claim("service-account.uid");
        var secret = store.Find(new ResourceKey(KnownTypes.Secrets, ns, Claim("secret.name")));
        return secret is not null && !secret.Node.IsDeleting() && Exists(KnownTypes.ServiceAccounts, ns, name, uid) ? User(ns, name, uid) : null;
    }

    private bool Exists(ResourceType type, string ns, string name, string uid) =>
        store.Find(new ResourceKey(type, ns, name)) is { } found && found.Node.Uid() == uid;

    private static UserInfo User(string ns, string name, string uid) => new(
        $"system:serviceaccount:{ns}:{name}", ["system:serviceaccounts", $"system:serviceaccounts:{ns}", "system:authenticated"])
    { Uid = uid };

    private string Sign(JsonObject claims)
    {
        var header = new JsonObject { ["alg"] = "ES256", ["kid"] = keyId };
        var text = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header.ToJsonString()))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()))}";
        lock (authority.TokenKey)
        {
            return $"{text}.{Base64Url.EncodeToString(authority.TokenKey.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256))}";
        }
    }

    private JsonObject? Claims(string token)
    {
        if (verified.TryGetValue(token, out var known))
        {
            return known;
        }

        var parts = token.Split('.');
        try
        {
            if (parts.Length != 3 || JsonNode.Parse(Base64Url.DecodeFromChars(parts[0]))?["alg"]?.GetValue<string>() != "ES256")
            {
                return null;
            }

            lock (authority.TokenKey)
            {
                if (!authority.TokenKey.VerifyData(
                    Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256))
                {
                    return null;
                }
            }

            var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))?.AsObject();
            if (claims is not null)
            {
                if (verified.Count >= Remembered)
                {
                    verified.Clear();
                }

                // Readers share the parsed claims from here on; touching each once makes that safe.
                _ = claims.ToJsonString();
                verified[token] = claims;
            }

            return claims;
        }
        catch (Exception fault) when (fault is FormatException or System.Text.Json.JsonException or InvalidOperationException or CryptographicException)
        {
            return null;
        }
    }
}

/// <summary>The object with which a token ends: a Pod or a Secret.</summary>
internal sealed record BoundObject(string Kind, string Name, string Uid);
