using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Emulator.DataPlane.Identity;
using Emulator.DataPlane.Metrics;
using Emulator.Mesh;
using Forwarding;

namespace Emulator.DataPlane.Upstream;

/// <summary>One pod port that a proxy sends requests to: its connections and its health, kept from snapshot to snapshot.</summary>
internal sealed class UpstreamEndpoint(MeshEndpoint endpoint, string serverName, UpstreamContext context) : IUpstream, IDisposable
{
    private readonly ConnectionPool idle = new();
    private readonly ConcurrentDictionary<UpstreamConnection, byte> connections = new();
    private HttpMessageInvoker? messages;
    private readonly long since = Stopwatch.GetTimestamp();
    private PeerFacts? facts;
    private int active;
    private int probing;

    public MeshEndpoint Endpoint => endpoint;

    public OutlierState Outlier { get; } = new();

    /// <summary>What metrics say of it.</summary>
    public PeerFacts Facts => facts ??= PeerFacts.Of(endpoint);

    /// <summary>How long the proxy has known it.</summary>
    public TimeSpan Age => Stopwatch.GetElapsedTime(since);

    /// <summary>Requests under way; least-request balancing compares them.</summary>
    public int Active => Volatile.Read(ref active);

    /// <summary>The policy in force; a newer snapshot may bring another one.</summary>
    public MeshTrafficPolicy Policy { get; set; } = new();

    /// <summary>What tells the endpoint from others in consistent hashing.</summary>
    public ulong Hash { get; } = Routing.HashKey.Hash(endpoint.Address.ToString());

    public void Begin() => Interlocked.Increment(ref active);

    public void End() => Interlocked.Decrement(ref active);

    /// <summary>An idle connection, or null when there is none.</summary>
    public UpstreamConnection? TryRent() => idle.TryTake();

    public void Return(UpstreamConnection connection) => idle.Put(connection);

    /// <exception cref="UpstreamException">No connection came about.</exception>
    public async ValueTask<UpstreamConnection> ConnectAsync(CancellationToken cancellation) =>
        new(await OpenAsync(SslApplicationProtocol.Http11, cancellation), connections)
        {
            IdleTime = Policy.Limits?.IdleTimeout ?? ConnectionPool.IdleTime,
            MaximumRequests = Policy.Limits?.MaxRequestsPerConnection ?? 0,
        };

    /// <summary>A connection for something that is not HTTP.</summary>
    /// <param name="isPassedThrough">Whether the client's own TLS goes on as it is.</param>
    /// <exception cref="UpstreamException">No connection came about.</exception>
    public async ValueTask<Stream> OpenStreamAsync(bool isPassedThrough, CancellationToken cancellation) =>
        isPassedThrough ? await OpenAsync(null, cancellation) : await OpenAsync(WorkloadTls.Istio, cancellation);

    /// <summary>For requests of programs in the pod and for HTTP/2.</summary>
    public HttpMessageInvoker Messages => messages ?? CreateMessages();

    /// <summary>Tries to connect once in the background, and brings the endpoint back when that works.</summary>
    public void Probe(MeshOutlierDetection limits)
    {
        if (Interlocked.Exchange(ref probing, 1) == 0)
        {
            _ = ProbeAsync(limits);
        }
    }

    /// <summary>Closes connections that were idle, or silent in the middle of an exchange, for too long.</summary>
    public void Sweep()
    {
        foreach (var connection in connections.Keys)
        {
            if (connection.IsAbandoned)
            {
                connection.Dispose();
            }
        }
    }

    public void Dispose()
    {
        idle.Dispose();
        messages?.Dispose();
    }

    private async Task ProbeAsync(MeshOutlierDetection limits)
    {
        try
        {
            Return(await ConnectAsync(CancellationToken.None));
            Outlier.Return();
        }
        catch (UpstreamException)
        {
            Outlier.Extend(limits);
        }
        finally
        {
            Volatile.Write(ref probing, 0);
        }
    }

    /// <param name="protocol">Null: without TLS of the proxy's own.</param>
    private async ValueTask<Stream> OpenAsync(SslApplicationProtocol? protocol, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(Policy.ConnectTimeout);
        Stream? stream = null;
        try
        {
            stream = await context.Network.DialAsync(new IPEndPoint(context.Source, 0), endpoint.Address, endpoint.Underlay, deadline.Token);
            if (protocol is not { } spoken || Options(spoken) is not { } options)
            {
                return stream;
            }

            var tls = new SslStream(stream, leaveInnerStreamOpen: false);
            stream = tls;
            await tls.AuthenticateAsClientAsync(options, deadline.Token);
            return tls;
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException or CryptographicException or OperationCanceledException)
        {
            if (stream is not null)
            {
                await stream.DisposeAsync();
            }

            cancellation.ThrowIfCancellationRequested();
            throw new UpstreamException(
                e switch
                {
                    OperationCanceledException => UpstreamFailure.ConnectTimeout,
                    SocketException => UpstreamFailure.Connect,
                    _ => UpstreamFailure.Tls,
                },
                e.Message);
        }
    }

    /// <summary>TLS as the DestinationRule asks for it, else mutual TLS between proxies; null for plain text.</summary>
    private SslClientAuthenticationOptions? Options(SslApplicationProtocol protocol) =>
        Policy.Tls is { } own ? ClientTls.Options(own, own.ServerName ?? UpstreamContext.HostOf(serverName), protocol)
        : Policy.TlsMode == "DISABLE" || (endpoint.Identity is null && Policy.TlsMode is null) ? null
        : context.Tls().Client(
            !Policy.PeerNames.IsEmpty ? Policy.PeerNames : endpoint.Identity is { } identity ? [identity] : [], Policy.PeerServerName ?? serverName, protocol);

    private HttpMessageInvoker CreateMessages()
    {
        var created = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            EnableMultipleHttp2Connections = true,
            PooledConnectionIdleTimeout = ConnectionPool.IdleTime,
            ConnectTimeout = Timeout.InfiniteTimeSpan,
            ConnectCallback = (request, cancellation) => OpenAsync(
                request.InitialRequestMessage.Version.Major == 2 ? SslApplicationProtocol.Http2 : SslApplicationProtocol.Http11, cancellation),
        });
        if (Interlocked.CompareExchange(ref messages, created, null) is { } earlier)
        {
            created.Dispose();
            return earlier;
        }

        return created;
    }
}
