using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Emulator.Api.Security;

namespace Emulator.Controllers;

/// <summary>Makes client certificates of other people's certificate requests (k8s.io/kubernetes, pkg/controller/certificates/authority).</summary>
internal sealed class ClientCertificates(ClusterAuthority authority, TimeProvider time)
{
    private static readonly TimeSpan Backdate = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan ShortLifetime = TimeSpan.FromHours(8);

    /// <summary>A certificate, in PEM, with the subject and the key of a request.</summary>
    /// <param name="usages">As a CertificateSigningRequest names them: <c>client auth</c>, <c>digital signature</c>, <c>key encipherment</c>.</param>
    /// <exception cref="CryptographicException">It is no certificate request, or not signed by its own key.</exception>
    public string Sign(string requestPem, IReadOnlyList<string> usages, TimeSpan lifetime)
    {
        var asked = CertificateRequest.LoadSigningRequestPem(requestPem, HashAlgorithmName.SHA256);
        var request = new CertificateRequest(asked.SubjectName, asked.PublicKey, HashAlgorithmName.SHA256);
        var keyUsages = (usages.Contains("digital signature") ? X509KeyUsageFlags.DigitalSignature : 0)
            | (usages.Contains("key encipherment") ? X509KeyUsageFlags.KeyEncipherment : 0);
        if (keyUsages != X509KeyUsageFlags.None)
        {
            request.CertificateExtensions.Add(new X509KeyUsageExtension(keyUsages, true));
        }

        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));

        // Clocks differ: it holds from five minutes ago, but one for a short time lasts as long as asked all the same.
        var now = time.GetUtcNow();
        var signature = X509SignatureGenerator.CreateForECDsa(authority.Certificate.GetECDsaPrivateKey()!);
        using var issued = request.Create(
            authority.Certificate.SubjectName,
            signature,
            now - Backdate,
            now + lifetime - (lifetime < ShortLifetime ? TimeSpan.Zero : Backdate),
            RandomNumberGenerator.GetBytes(12));
        return issued.ExportCertificatePem() + "\n";
    }
}
