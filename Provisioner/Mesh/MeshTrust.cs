using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Provisioner.Clusters;
using Provisioner.Kubernetes;

namespace Provisioner.Mesh;

/// <summary>Which root a cluster's mesh trusts.</summary>
internal static class MeshTrust
{
    /// <summary>The SHA-256 of the root in the Secret <c>cacerts</c>, in hexadecimal; null where there is none.</summary>
    public static async Task<string?> RootAsync(LabCluster cluster, CancellationToken cancellation)
    {
        var secret = await cluster.Api.GetAsync(KubeResource.Secrets, RemoteSecret.Namespace, "cacerts", cancellation);
        return secret?["data"]?["root-cert.pem"]?.ToString() is { } base64 ? Fingerprint(Encoding.UTF8.GetString(Convert.FromBase64String(base64))) : null;
    }

    /// <summary>The same of a certificate in PEM form; null where the text has none.</summary>
    public static string? Fingerprint(string pem)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(pem);
            return certificate.GetCertHashString(HashAlgorithmName.SHA256);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
