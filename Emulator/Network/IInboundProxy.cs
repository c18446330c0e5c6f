using System.Net.Security;

namespace Emulator.Network;

/// <summary>A sidecar or gateway as its pod's network sees it.</summary>
internal interface IInboundProxy
{
    /// <summary>Whether connections to the port come about at all; a sidecar captures every port.</summary>
    bool Listens(int port) => true;

    /// <summary>Whether the proxy is the pod's program itself, with ports of its own, and not a sidecar in front of one.</summary>
    bool IsGateway => false;

    /// <summary>Decides on a new connection before its first request.</summary>
    InboundDecision Accept(PodConnection connection, bool startsWithTls);

    /// <summary>Answers the requests of accepted connections; finds its <see cref="PodConnection"/> among the connection's features.</summary>
    Task HandleAsync(HttpContext context);
}

/// <summary>What becomes of a connection: refused (reset), served in plain text, or served after a TLS handshake.</summary>
internal readonly record struct InboundDecision(bool Allowed, SslServerAuthenticationOptions? Tls = null)
{
    public static readonly InboundDecision Refuse = new(false);

    public static readonly InboundDecision PlainText = new(true);
}
