using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Emulator.Mesh;

namespace Emulator.DataPlane.Identity;

/// <summary>TLS towards servers outside the mesh, as a DestinationRule asks for it.</summary>
internal static class ClientTls
{
    public static SslClientAuthenticationOptions Options(MeshClientTls settings, string host, SslApplicationProtocol protocol)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = settings.ServerName ?? host, ApplicationProtocols = [protocol] };
        if (settings is { Mode: "MUTUAL", CertificatePem: { } certificate, KeyPem: { } key })
        {
            options.ClientCertificates = [Load(certificate, key)];
        }

        if (settings.SkipsVerification)
        {
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        }
        else
        {
            if (settings.RootsPem is { } roots)
            {
                options.CertificateChainPolicy = Trust(roots);
            }

            if (!settings.SubjectNames.IsEmpty)
            {
                // The rule's names stand in for the name that was asked for (ClientTLSSettings.subjectAltNames).
                options.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                    (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None
                    && certificate is X509Certificate2 leaf && SubjectNames.Of(leaf).Any(name => settings.SubjectNames.Contains(name, StringComparer.OrdinalIgnoreCase));
            }
        }

        return options;
    }

    /// <summary>Only what leads to one of these authorities.</summary>
    public static X509ChainPolicy Trust(string pem)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.ImportFromPem(pem);
        return policy;
    }

    /// <exception cref="CryptographicException">They are no certificate and its key.</exception>
    public static X509Certificate2 Load(string certificatePem, string keyPem)
    {
        using var certificate = X509Certificate2.CreateFromPem(certificatePem, keyPem);

        // OpenSSL is content with the key in memory, other platforms want it loaded.
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
