using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Emulator.DataPlane.Routing;
using Emulator.Mesh;

namespace Emulator.DataPlane.Proxy;

/// <summary>One port of a gateway with all servers that share it.</summary>
internal sealed class GatewayListener
{
    private readonly (MeshGatewayServer Server, X509Certificate2 Certificate)[] certificates;

    public GatewayListener(int port, MeshGatewayServer[] servers, HostTable hosts)
    {
        Port = port;
        Hosts = hosts;
        RedirectsToHttps = Array.Exists(servers, server => server.Tls?.HttpsRedirect is true);
        TakesPlainText = Array.Exists(servers, server => server.Protocol is "HTTP" or "HTTP2" or "GRPC" or "GRPC-WEB");
        certificates = [.. servers
            .Select(server => (server, Load(server.Tls)))
            .Where(pair => pair.Item2 is not null)
            .Select(pair => (pair.server, pair.Item2!))];
        if (certificates.Length > 0)
        {
            Tls = new SslServerAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
                ServerCertificateSelectionCallback = (_, name) => Choose(name),
            };
        }
    }

    /// <summary>The port by its number in the Gateway.</summary>
    public int Port { get; }

    public HostTable Hosts { get; }

    public bool RedirectsToHttps { get; }

    public bool TakesPlainText { get; }

    /// <summary>Null when no server of the port has a certificate.</summary>
    public SslServerAuthenticationOptions? Tls { get; }

    private X509Certificate2 Choose(string? name)
    {
        foreach (var (server, certificate) in certificates)
        {
            if (name is not null && server.Hosts.Any(host => HostTable.Intersect(host[(host.IndexOf('/', StringComparison.Ordinal) + 1)..], name) is not null))
            {
                return certificate;
            }
        }

        return certificates[0].Certificate;
    }

    private static X509Certificate2? Load(MeshGatewayTls? tls)
    {
        try
        {
            return tls is { CertificatePem: { } certificate, KeyPem: { } key } ? X509Certificate2.CreateFromPem(certificate, key) : null;
        }
        catch (CryptographicException)
        {
            // The control plane says what is wrong with the Secret; the port refuses connections.
            return null;
        }
    }
}
