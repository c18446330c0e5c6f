using System.Net.Security;
using System.Security.Authentication;

namespace GlobalIngress.Frontend;

/// <summary>The certificates of the VIP: those of the MultiClusterIngress's Secrets, in their order.</summary>
internal sealed class TlsFrontend
{
    private volatile IReadOnlyList<ServerCertificate> certificates = [];

    /// <summary>Whether clients can speak TLS at all.</summary>
    public bool IsEnabled => certificates.Count > 0;

    /// <summary>Takes the certificates for all connections that begin from now on.</summary>
    public void Take(IReadOnlyList<ServerCertificate> wanted) => certificates = wanted;

    /// <summary>
    /// How a client that asks for a name is served: with the first certificate that is made out to it, and else with the first of all, as Google's load balancers do
    /// (https://docs.cloud.google.com/kubernetes-engine/docs/how-to/ingress-multi-ssl).
    /// </summary>
    /// <exception cref="AuthenticationException">There is no certificate: the connection is refused.</exception>
    public SslServerAuthenticationOptions Options(string? name)
    {
        var known = certificates;
        var chosen = (string.IsNullOrEmpty(name) ? null : known.FirstOrDefault(certificate => certificate.Covers(name))) ?? known.FirstOrDefault()
            ?? throw new AuthenticationException("The VIP has no certificate: set spec.template.spec.tls of the MultiClusterIngress");
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = chosen.Context,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        };
    }
}
