using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Emulator.Mesh;

namespace Emulator.DataPlane.Upstream;

/// <summary>One pod port that a proxy sends requests to: its connections and its health, kept from snapshot to snapshot.</summary>
internal sealed class UpstreamEndpoint(MeshEndpoint endpoint, string serverName, UpstreamContext context) : IDisposable
{
    private readonly ConnectionPool idle = new();
    private readonly ConcurrentDictionary<UpstreamConnection, byte> connections = new();
    private HttpMessageInvoker? messages;
    private int active;
    private int probing;

    public MeshEndpoint Endpoint => endpoint;

    public OutlierState Outlier { get; } = new();

    /// <summary>Requests under way; least-request balancing compares them.</summary>
    public int Active => Volatile.Read(ref active);

    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    public bool UsesTls { get; set; }

    public void Begin() => Interlocked.Increment(ref active);

    public void End() => Interlocked.Decrement(ref active);

    /// <summary>An idle connection, or null when there is none.</summary>
    public UpstreamConnection? TryRent() => idle.TryTake();

    public void Return(UpstreamConnection connection) => idle.Put(connection);

    /// <exception cref="UpstreamException">No connection came about.</exception>
    public async ValueTask<UpstreamConnection> ConnectAsync(CancellationToken cancellation) =>
        new(await OpenAsync(SslApplicationProtocol.Http11, cancellation), connections);

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

    private async ValueTask<Stream> OpenAsync(SslApplicationProtocol protocol, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(ConnectTimeout);
        Stream? stream = null;
        try
        {
            stream = await context.Network.DialAsync(new IPEndPoint(context.Source, 0), endpoint.Address, endpoint.Underlay, deadline.Token);
            if (!UsesTls || endpoint.Identity is not { } identity)
            {
                return stream;
            }

            var tls = new SslStream(stream, leaveInnerStreamOpen: false);
            stream = tls;
            await tls.AuthenticateAsClientAsync(context.Tls().Client(identity, serverName, protocol), deadline.Token);
            return tls;
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException or OperationCanceledException)
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
