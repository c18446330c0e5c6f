using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Emulator.DataPlane.Identity;
using Emulator.DataPlane.Streams;
using Emulator.Mesh;

namespace Emulator.DataPlane.Proxy;

/// <summary>One server of a Gateway as a proxy runs it.</summary>
/// <param name="routes">Where connections go that are not HTTP.</param>
internal sealed class GatewayServer(MeshGatewayServer source, StreamRoute[] routes, MeshSnapshot snapshot)
{
    private readonly SslServerAuthenticationOptions? options = Load(source.Tls);

    public MeshGatewayServer Source => source;

    public StreamRoute[] Routes => routes;

    public MeshSnapshot Snapshot => snapshot;

    /// <summary>Host patterns without the namespaces they may be bound to.</summary>
    public string[] Hosts { get; } = [.. source.Hosts.Select(host => host[(host.IndexOf('/', StringComparison.Ordinal) + 1)..])];

    public bool IsTls => source.Protocol is "HTTPS" or "TLS" || (source.Tls is { HttpsRedirect: false } && source.Protocol is not "HTTP");

    /// <summary>Whether it carries connections without looking into them, once their TLS is ended if it is.</summary>
    public bool IsStream => source.Protocol is "TCP" or "TLS" or "MONGO" or "MYSQL" or "REDIS" || PassesThrough;

    public bool PassesThrough => source.Tls?.Mode is "PASSTHROUGH" or "AUTO_PASSTHROUGH" && IsTls;

    /// <summary>Whether the server name itself says where connections go, as between networks of one mesh.</summary>
    public bool IsAutomatic => source.Tls?.Mode is "AUTO_PASSTHROUGH";

    /// <summary>Null while there is no usable certificate: the port refuses connections, and the control plane has said why.</summary>
    public SslServerAuthenticationOptions? Options(ProxyState state) => source.Tls?.Mode is "ISTIO_MUTUAL" ? state.Tls?.Server : options;

    private static SslServerAuthenticationOptions? Load(MeshGatewayTls? tls)
    {
        if (tls is not { CertificatePem: { } certificate, KeyPem: { } key } || (tls is { Mode: "MUTUAL" or "OPTIONAL_MUTUAL", ClientRootsPem: null }))
        {
            return null;
        }

        try
        {
            var result = new SslServerAuthenticationOptions
            {
                ServerCertificateContext = SslStreamCertificateContext.Create(ClientTls.Load(certificate, key), Chain(certificate), offline: true),
                EnabledSslProtocols = tls.OnlyTls13 ? SslProtocols.Tls13 : tls.OnlyTls12 ? SslProtocols.Tls12 : SslProtocols.Tls12 | SslProtocols.Tls13,
                ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            };
            if (tls.Mode is "MUTUAL" or "OPTIONAL_MUTUAL")
            {
                var isOptional = tls.Mode is "OPTIONAL_MUTUAL";
                result.ClientCertificateRequired = true;
                result.CertificateChainPolicy = ClientTls.Trust(tls.ClientRootsPem!);
                result.RemoteCertificateValidationCallback = (_, peer, _, errors) =>
                    peer is null ? isOptional : errors is SslPolicyErrors.None;
            }

            return result;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The certificates behind the first one, which clients may need.</summary>
    private static X509Certificate2Collection Chain(string pem)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPem(pem);
        if (all.Count > 0)
        {
            all.RemoveAt(0);
        }

        return all;
    }
}
