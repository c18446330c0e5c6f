using System.Net.Security;

namespace Emulator.Network;

/// <summary>A sidecar or gateway as its pod's network sees it.</summary>
internal interface IInboundProxy
{
    /// <summary>Whether connections to the port come about at all; a sidecar captures every port.</summary>
    bool Listens(int port) => true;

    /// <summary>Whether the proxy is the pod's program itself, with ports of its own, and not a sidecar in front of one.</summary>
    bool IsGateway => false;

    /// <summary>Whether the server name that a TLS client asks for is to be known before <see cref="Accept"/> is asked.</summary>
    bool NeedsServerName(int port) => false;

    /// <summary>Decides on a new connection before its first request.</summary>
    InboundDecision Accept(PodConnection connection, bool startsWithTls);

    /// <summary>Answers the requests of accepted connections; finds its <see cref="PodConnection"/> among the connection's features.</summary>
    Task HandleAsync(HttpContext context);
}

/// <summary>What becomes of a connection: refused (reset), served in plain text, or served after a TLS handshake.</summary>
/// <param name="Stream">Serves what is not HTTP; null: it is HTTP.</param>
internal readonly record struct InboundDecision(bool Allowed, SslServerAuthenticationOptions? Tls = null, StreamHandler? Stream = null)
{
    public static readonly InboundDecision Refuse = new(false);

    public static readonly InboundDecision PlainText = new(true);
}
