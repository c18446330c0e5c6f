using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Emulator.Mesh.Certificates;

namespace Emulator.Tests.Mesh;

/// <summary>Certificate authorities as the provisioner makes them for the Secret cacerts.</summary>
internal static class TestAuthority
{
    public static X509Certificate2 CreateRoot()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Request("CN=root", key).CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddYears(1));
    }

    public static MeshAuthority CreateIntermediate(X509Certificate2 root)
    {
        var (certificate, key, rootPem, chain) = Intermediate(root);
        return new MeshAuthority(certificate, key, rootPem, chain);
    }

    public static JsonObject CreateSecret(X509Certificate2 root)
    {
        var (certificate, key, rootPem, chain) = Intermediate(root);
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Secret",
            ["metadata"] = new JsonObject { ["name"] = "cacerts", ["namespace"] = "istio-system" },
            ["data"] = new JsonObject
            {
                ["ca-cert.pem"] = Base64(certificate),
                ["ca-key.pem"] = Base64(key),
                ["root-cert.pem"] = Base64(rootPem),
                ["cert-chain.pem"] = Base64(chain),
            },
        };
    }

    private static (string Certificate, string Key, string Root, string Chain) Intermediate(X509Certificate2 root)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Request("CN=intermediate", key)
            .Create(root, DateTimeOffset.UtcNow.AddMinutes(-30), DateTimeOffset.UtcNow.AddMonths(6), RandomNumberGenerator.GetBytes(8));
        var rootPem = root.ExportCertificatePem() + "\n";
        var pem = certificate.ExportCertificatePem() + "\n";
        return (pem, key.ExportPkcs8PrivateKeyPem(), rootPem, pem + rootPem);
    }

    private static CertificateRequest Request(string subject, ECDsa key)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request;
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
