using GlobalIngress.Resources;

namespace GlobalIngress.Frontend;

/// <summary>Certificates by their Secrets: the configuration is read at every change in a cluster, and a certificate is the same until its Secret is another.</summary>
internal sealed class CertificateCache
{
    private readonly Dictionary<string, (TlsSecret Secret, ServerCertificate? Certificate, string? Problem)> known = [];

    /// <inheritdoc cref="ServerCertificate.Load"/>
    public ServerCertificate? Load(TlsSecret secret, out string? problem)
    {
        if (!known.TryGetValue(secret.Key, out var found) || found.Secret != secret)
        {
            found = known[secret.Key] = (secret, ServerCertificate.Load(secret, out var fault), fault);
        }

        problem = found.Problem;
        return found.Certificate;
    }
}
