using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Emulator.Network;

/// <summary>One connection to a pod, as a connection feature: where it comes from, where it goes, who the peer proved to be.</summary>
internal sealed class PodConnection(IPEndPoint source, IPEndPoint destination, PodInterface pod)
{
    /// <summary>The dialling pod's address, or the client's for traffic from outside.</summary>
    public IPEndPoint Source => source;

    public IPEndPoint Destination => destination;

    public PodInterface Pod => pod;

    /// <summary>Whether it came through the pod network, where routes decide, and not through a published address.</summary>
    public bool IsUnderlay { get; init; }

    /// <summary>Answers in place of the pod's programs and proxy: for connections that begin inside the pod. Null: they are asked.</summary>
    public RequestDelegate? Handler { get; init; }

    /// <summary>The proxy that let the connection in, or null where the pod had none.</summary>
    public IInboundProxy? AcceptedBy { get; init; }

    /// <summary>The peer's certificate after a mutual TLS handshake.</summary>
    public X509Certificate2? PeerCertificate { get; set; }

    /// <summary>The peer's SPIFFE identity, such as <c>spiffe://cluster.local/ns/whereami/sa/default</c>.</summary>
    public string? PeerIdentity { get; set; }

    /// <summary>The server name that a TLS client asked for (SNI), or null.</summary>
    public string? ServerName { get; set; }

    /// <summary>Whether the client spoke TLS.</summary>
    public bool IsTls { get; set; }

    /// <summary>What the proxy keeps with the connection from one request to the next.</summary>
    public object? ProxyNote { get; set; }

    /// <summary>What the proxy knows of whoever is at the other end.</summary>
    public object? ProxyPeer { get; set; }
}
