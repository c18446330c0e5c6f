using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace GlobalIngress.Tests;

/// <summary>A self-signed certificate as a Secret carries it.</summary>
internal sealed class TestCertificate : IDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestCertificate(string name)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        Public = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddHours(1));
    }

    public X509Certificate2 Public { get; }

    /// <summary>A Secret of type kubernetes.io/tls.</summary>
    public string Secret(string name) => $$"""
        {"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls", "metadata": {"name": "{{name}}", "namespace": "{{RunningIngress.Namespace}}"},
         "data": {"tls.crt": "{{Base64(Public.ExportCertificatePem())}}", "tls.key": "{{Base64(key.ExportPkcs8PrivateKeyPem())}}"} }
        """;

    public void Dispose()
    {
        Public.Dispose();
        key.Dispose();
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));
}
