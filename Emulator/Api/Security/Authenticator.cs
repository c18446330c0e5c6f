using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Emulator.Api.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Emulator.Api.Security;

/// <summary>Finds out who makes a request: client certificate, service-account token, static token, or nobody.</summary>
internal sealed class Authenticator(ClusterAuthority authority, ServiceAccountTokens tokens, StaticTokens staticTokens)
{
    private readonly ConditionalWeakTable<X509Certificate2, StrongBox<UserInfo?>> certificates = [];

    /// <exception cref="Storage.ApiException">401: credentials that are not valid.</exception>
    public UserInfo Authenticate(HttpContext http)
    {
        if (http.Features.Get<ITlsConnectionFeature>()?.ClientCertificate is { } certificate)
        {
            var known = certificates.GetValue(certificate, shown => new StrongBox<UserInfo?>(Identify(shown))).Value;
            return known ?? throw HttpErrors.Unauthorized();
        }

        var header = http.Request.Headers.Authorization;
        if (header.Count > 0 && header[0] is { } value && value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            var token = value["Bearer ".Length..].Trim();
            if (token.Length > 0)
            {
                return AuthenticateToken(token) ?? throw HttpErrors.Unauthorized();
            }
        }

        return UserInfo.Anonymous;
    }

    public UserInfo? AuthenticateToken(string token, IReadOnlyList<string>? audiences = null) =>
        staticTokens.Find(token) ?? tokens.Validate(token, audiences);

    private UserInfo? Identify(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority.Certificate);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid("1.3.6.1.5.5.7.3.2"));
        if (!chain.Build(certificate))
        {
            return null;
        }

        var name = "";
        var groups = new List<string>();
        foreach (var part in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            var value = part.GetSingleElementValue() ?? "";
            switch (part.GetSingleElementType().Value)
            {
                case "2.5.4.3":
                    name = value;
                    break;
                case "2.5.4.10":
                    groups.Insert(0, value);
                    break;
            }
        }

        return name.Length == 0 ? null : new UserInfo(name, [.. groups, "system:authenticated"])
        {
            Extra = new Dictionary<string, IReadOnlyList<string>>
            {
                ["authentication.kubernetes.io/credential-id"] = [$"X509SHA256={certificate.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256).ToLowerInvariant()}"],
            },
        };
    }
}
