using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Emulator.Network;

/// <summary>Takes a fresh socket to the point where its pod serves it: the proxy's decision, the TLS handshake, HTTP/1.1 or HTTP/2.</summary>
internal sealed class PodAcceptor(PodHttpServer server, Func<IPAddress, AttachedPod?> find, ILogger logger)
{
    private const byte TlsHandshake = 0x16;

    /// <summary>How long a client may take to say what it wants; Kestrel's own limits hold from then on.</summary>
    private static readonly TimeSpan HandshakeTime = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(2);

    /// <summary>Serves the connection or resets it. <paramref name="answer"/> tells an underlay dialler that the pod has it.</summary>
    public async Task AcceptAsync(Socket socket, IPEndPoint source, PodInterface pod, int port, bool answer = false, bool isUnderlay = false)
    {
        try
        {
            if (!await TryServeAsync(socket, source, pod, port, answer, isUnderlay))
            {
                socket.Reset();
            }
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException or OperationCanceledException or ObjectDisposedException)
        {
            logger.LogDebug("Connection from {Source} to pod {Pod}:{Port} ended before its first request: {Error}", source, pod.Name, port, e.Message);
            socket.Reset();
        }
        catch (Exception e)
        {
            logger.LogWarning("Connection from {Source} to pod {Pod}:{Port} failed: {Error}", source, pod.Name, port, e);
            socket.Reset();
        }
    }

    private async Task<bool> TryServeAsync(Socket socket, IPEndPoint source, PodInterface pod, int port, bool answer, bool isUnderlay)
    {
        var attached = find(pod.Address);
        if (attached is null || !(pod.Inbound?.Listens(port) ?? (pod.Ports.ContainsKey(port) || pod.Streams.ContainsKey(port))))
        {
            return false;
        }

        var connection = new PodConnection(source, new IPEndPoint(pod.Address, port), pod) { AcceptedBy = pod.Inbound, IsUnderlay = isUnderlay };
        if (answer)
        {
            await socket.SendAsync(new[] { ProxyPreamble.Answer });
        }

        var first = new byte[4];
        using (var idle = new CancellationTokenSource(IdleTime))
        {
            if (await socket.ReceiveAsync(first, SocketFlags.Peek, idle.Token) == 0)
            {
                socket.Dispose();
                return true;
            }
        }

        using var deadline = new CancellationTokenSource(HandshakeTime);
        var startsWithTls = first[0] == TlsHandshake;
        if (startsWithTls && connection.AcceptedBy?.NeedsServerName(port) is true)
        {
            connection.ServerName = await ClientHello.PeekServerNameAsync(socket, deadline.Token);
        }

        var decision = connection.AcceptedBy?.Accept(connection, startsWithTls) ?? new InboundDecision(true, null, pod.Streams.GetValueOrDefault(port));
        if (!decision.Allowed)
        {
            return false;
        }

        Stream stream = new NetworkStream(socket, ownsSocket: false);
        bool isHttp2;
        if (decision.Tls is null)
        {
            isHttp2 = decision.Stream is null && await StartsHttp2Async(socket, first, deadline.Token);
        }
        else
        {
            var tls = await TerminateTlsAsync(stream, decision.Tls, connection, deadline.Token);
            stream = tls;
            isHttp2 = tls.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2;
        }

        if (decision.Stream is { } serve)
        {
            await ServeAsync(socket, stream, connection, serve, attached);
            return true;
        }

        var served = new PodSocketConnection(socket, stream, connection, attached.Remove);
        return attached.TryAdd(served) && server.TryServe(served, isHttp2);
    }

    /// <summary>Answers the handshake, and notes on the connection who the peer is and which name it asked for.</summary>
    private static async Task<SslStream> TerminateTlsAsync(Stream plain, SslServerAuthenticationOptions options, PodConnection connection, CancellationToken deadline)
    {
        var tls = new SslStream(plain, leaveInnerStreamOpen: false);
        connection.IsTls = true;
        await tls.AuthenticateAsServerAsync(options, deadline);
        if (tls.RemoteCertificate is { } certificate)
        {
            connection.PeerCertificate = certificate as X509Certificate2 ?? new X509Certificate2(certificate);
            connection.PeerIdentity = SpiffeIdentity.Of(connection.PeerCertificate);
        }

        connection.ServerName ??= tls.TargetHostName is { Length: > 0 } name ? name : null;
        return tls;
    }

    /// <summary>Serves what is not HTTP. The pod knows of it as of any other connection, so that it is cut with the rest.</summary>
    private async Task ServeAsync(Socket socket, Stream stream, PodConnection connection, StreamHandler serve, AttachedPod attached)
    {
        await using var served = new PodSocketConnection(socket, stream, connection, attached.Remove);
        if (attached.TryAdd(served))
        {
            await serve(stream, connection);
        }
    }

    /// <summary>Tells HTTP/2 with prior knowledge, which starts with PRI, from POST, PUT and the rest.</summary>
    private static async Task<bool> StartsHttp2Async(Socket socket, byte[] first, CancellationToken cancellation)
    {
        if (first[0] != 'P')
        {
            return false;
        }

        int length;
        while ((length = await socket.ReceiveAsync(first, SocketFlags.Peek, cancellation)) is > 0 and < 4 && "PRI "u8.StartsWith(first.AsSpan(0, length)))
        {
            // Peeking does not wait for more than is there already.
            await Task.Delay(5, cancellation);
        }

        return first.AsSpan(0, length).SequenceEqual("PRI "u8);
    }
}
