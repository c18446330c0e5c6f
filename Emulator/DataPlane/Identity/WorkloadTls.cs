using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Emulator.Mesh;
using Emulator.Network;

namespace Emulator.DataPlane.Identity;

/// <summary>Mutual TLS with one workload certificate: what a proxy shows, and whom it believes.</summary>
internal sealed class WorkloadTls(MeshIdentity identity)
{
    /// <summary>What Istio's proxies call connections between them that are not HTTP.</summary>
    public static readonly SslApplicationProtocol Istio = new("istio");

    private readonly SslStreamCertificateContext certificate =
        SslStreamCertificateContext.Create(identity.Certificate, identity.Chain, offline: true);

    private SslServerAuthenticationOptions? server;

    public MeshIdentity Identity => identity;

    /// <summary>For connections to this workload: any client of the mesh, HTTP/1.1 and HTTP/2.</summary>
    public SslServerAuthenticationOptions Server => server ??= new SslServerAuthenticationOptions
    {
        ServerCertificateContext = certificate,
        ClientCertificateRequired = true,

        // A resumed session comes without the peer's intermediates, and without those a workload of another cluster cannot be told to be of the mesh.
        AllowTlsResume = false,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11, Istio],
        RemoteCertificateValidationCallback = (_, peer, chain, _) => peer is X509Certificate2 leaf && IsOfMesh(leaf, chain),
    };

    /// <summary>For connections to a workload that must prove to be <paramref name="expected"/>; empty: any of the mesh.</summary>
    public SslClientAuthenticationOptions Client(ImmutableArray<string> expected, string serverName, SslApplicationProtocol protocol) => new()
    {
        TargetHost = serverName,
        ClientCertificateContext = certificate,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        ApplicationProtocols = [protocol],
        RemoteCertificateValidationCallback = (_, peer, chain, _) =>
            peer is X509Certificate2 leaf && (expected.IsEmpty || (SpiffeIdentity.Of(leaf) is { } id && expected.Contains(id))) && IsOfMesh(leaf, chain),
    };

    /// <summary>Whether the certificate leads to a root of the mesh and names a workload.</summary>
    private bool IsOfMesh(X509Certificate2 leaf, X509Chain? presented)
    {
        if (SpiffeIdentity.Of(leaf) is null)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(identity.Roots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;

        // What the peer sent along, such as the other cluster's intermediate; being there makes nothing trusted.
        if (presented is not null)
        {
            foreach (var element in presented.ChainElements)
            {
                chain.ChainPolicy.ExtraStore.Add(element.Certificate);
            }

            chain.ChainPolicy.ExtraStore.AddRange(presented.ChainPolicy.ExtraStore);
        }

        chain.ChainPolicy.ExtraStore.AddRange(identity.Chain);
        return chain.Build(leaf);
    }
}
