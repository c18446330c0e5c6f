using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Emulator.Mesh.Certificates;

/// <summary>The mesh CA of one cluster: signs workload certificates with the intermediate that it was given, or with a root of its own.</summary>
internal sealed class MeshAuthority
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(2);

    private readonly X509Certificate2 signer;
    private readonly X509Certificate2Collection chain;
    private readonly X509Certificate2Collection roots;
    private readonly X500DistinguishedName empty = new("");

    /// <exception cref="CryptographicException">One of the texts is not PEM, or the key is not the certificate's.</exception>
    public MeshAuthority(string certificatePem, string keyPem, string rootPem, string chainPem)
    {
        signer = X509Certificate2.CreateFromPem(certificatePem, keyPem);
        roots = [];
        roots.ImportFromPem(rootPem);
        var whole = new X509Certificate2Collection();
        whole.ImportFromPem(chainPem);
        // A workload sends its chain without the root: the peer has that one, and trusts no other.
        chain = [.. whole.Where(certificate => roots.All(root => root.Thumbprint != certificate.Thumbprint))];
        RootPem = rootPem;
    }

    /// <summary>What every workload of the mesh trusts: the content of ConfigMap istio-ca-root-cert.</summary>
    public string RootPem { get; }

    public X509Certificate2Collection Roots => roots;

    /// <summary>Makes a CA whose root nobody else knows, as istiod does when it is given none.</summary>
    public static (string CertificatePem, string KeyPem) CreateSelfSigned(string trustDomain, TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"O={trustDomain}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = time.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now - ClockSkew, now.AddYears(10));
        return (certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    /// <summary>Issues a certificate that says nothing but the workload's SPIFFE identity.</summary>
    public MeshIdentity Issue(string trustDomain, string ns, string serviceAccount, TimeProvider time)
    {
        var id = SpiffeId(trustDomain, ns, serviceAccount);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(empty, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(id));
        // Critical, since the subject is empty (RFC 5280 4.2.1.6).
        request.CertificateExtensions.Add(names.Build(critical: true));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        // A CA that a user brings may have no key identifier to point to.
        if (signer.Extensions["2.5.29.14"] is not null)
        {
            request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(signer, true, false));
        }

        var now = time.GetUtcNow();
        // Never outside the signer's own time: a CA may be a minute old, or end within the day.
        var start = Later(now - ClockSkew, signer.NotBefore.ToUniversalTime());
        var end = Earlier(now + Lifetime, signer.NotAfter.ToUniversalTime());
        using var bare = Sign(request, start, end);
        var certificate = bare.CopyWithPrivateKey(key);
        if (OperatingSystem.IsWindows())
        {
            // Schannel cannot use a key that exists in memory only.
            using (certificate)
            {
                return new MeshIdentity(id, X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null), chain, roots, end);
            }
        }

        return new MeshIdentity(id, certificate, chain, roots, end);
    }

    /// <summary>Issues a certificate and follows it to the root, as a peer would.</summary>
    /// <returns>Why a peer would not trust it; null when it would.</returns>
    public string? FindFault(TimeProvider time)
    {
        using var probe = Issue("cluster.local", MeshTypes.SystemNamespace, "istiod", time).Certificate;
        using var path = new X509Chain();
        path.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        path.ChainPolicy.CustomTrustStore.AddRange(roots);
        path.ChainPolicy.ExtraStore.AddRange(chain);
        path.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        path.ChainPolicy.DisableCertificateDownloads = true;
        return path.Build(probe) ? null : string.Join(" ", path.ChainStatus.Select(status => status.StatusInformation.Trim()).Distinct());
    }

    public static string SpiffeId(string trustDomain, string ns, string serviceAccount) => $"spiffe://{trustDomain}/ns/{ns}/sa/{serviceAccount}";

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private X509Certificate2 Sign(CertificateRequest request, DateTimeOffset start, DateTimeOffset end)
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        // A CA that a user brings may have an RSA key, as Istio's own tools make it.
        if (signer.GetRSAPrivateKey() is { } rsa)
        {
            using (rsa)
            {
                return request.Create(signer.SubjectName, X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1), start, end, serial);
            }
        }

        return request.Create(signer, start, end, serial);
    }
}
