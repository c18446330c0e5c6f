using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Provisioner.Mesh;

/// <summary>Makes the mesh's certificate authorities: one root that all clusters trust, and an intermediate for each cluster.</summary>
internal static class MeshCertificates
{
    // Both ends of a validity allow for clocks that differ a little.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>Makes a new root, valid for ten years.</summary>
    public static MeshRoot CreateRoot(TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = AuthorityRequest("CN=Lab mesh root,O=Istio", key, pathLength: null);
        var now = time.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now - ClockSkew, now.AddYears(10));
        return new MeshRoot(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Makes a cluster's intermediate, with the names and contents that Istio expects in the Secret <c>cacerts</c>.</summary>
    public static MeshIntermediate CreateIntermediate(MeshRoot root, string cluster, TimeProvider time)
    {
        using var issuer = X509Certificate2.CreateFromPem(root.CertificatePem, root.KeyPem);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = AuthorityRequest($"CN=Intermediate CA,O=Istio,L={cluster}", key, pathLength: 0);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("istiod.istio-system.svc");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, true, false));
        var now = time.GetUtcNow();
        var end = Min(now.AddYears(5), issuer.NotAfter.ToUniversalTime());
        using var certificate = request.Create(issuer, now - ClockSkew, end, RandomNumberGenerator.GetBytes(16));
        var pem = certificate.ExportCertificatePem() + "\n";
        var rootPem = root.CertificatePem.TrimEnd('\n') + "\n";
        return new MeshIntermediate(pem, key.ExportPkcs8PrivateKeyPem() + "\n", rootPem, pem + rootPem);
    }

    private static CertificateRequest AuthorityRequest(string subject, ECDsa key, int? pathLength)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, pathLength is not null, pathLength ?? 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request;
    }

    private static DateTimeOffset Min(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
