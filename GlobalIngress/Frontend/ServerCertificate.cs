using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using GlobalIngress.Resources;

namespace GlobalIngress.Frontend;

/// <summary>A certificate that the load balancer proves itself with, and the names it is good for.</summary>
internal sealed class ServerCertificate
{
    private readonly X509Certificate2 certificate;

    private ServerCertificate(X509Certificate2 certificate, X509Certificate2Collection chain)
    {
        this.certificate = certificate;
        Context = SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    public SslStreamCertificateContext Context { get; }

    /// <summary>Loads a Secret's certificate.</summary>
    /// <param name="problem">What is wrong with it, without any of its contents.</param>
    /// <returns>Null where it cannot be used.</returns>
    public static ServerCertificate? Load(TlsSecret secret, out string? problem)
    {
        try
        {
            using var pair = X509Certificate2.CreateFromPem(secret.CertificatePem, secret.KeyPem);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(secret.CertificatePem);
            chain.RemoveAt(0);
            problem = null;
            // On Windows a key that lives in memory only cannot serve TLS; through PKCS #12 it can.
            return new ServerCertificate(X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null), chain);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            problem = e.Message;
            return null;
        }
    }

    /// <summary>Whether it is made out to a name, by its alternative names or, without any, its common name.</summary>
    public bool Covers(string name) => certificate.MatchesHostname(name, allowWildcards: true, allowCommonName: true);
}
