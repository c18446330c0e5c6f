using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Emulator.Network;

/// <summary>The pod network on loopback sockets: one underlay listener per Node, one HTTP server for all pods.</summary>
internal sealed class PodNetwork : IPodNetwork, IHostedService, IAsyncDisposable
{
    private readonly ConcurrentDictionary<IPAddress, AttachedPod> pods = new();
    private readonly ConcurrentDictionary<string, SocketListener> nodes = new();
    private readonly ConcurrentDictionary<SocketListener, byte> published = new();
    private readonly CancellationTokenSource ending = new();
    private readonly PodRoutes routes;
    private readonly PodHttpServer server;
    private readonly PodAcceptor acceptor;
    private readonly UnderlayGate gate;
    private readonly Lazy<Task> started;
    private int disposed;

    public PodNetwork(PodRoutes routes, IServiceScopeFactory scopes, ILoggerFactory loggers)
    {
        this.routes = routes;
        server = new PodHttpServer(scopes, loggers);
        acceptor = new PodAcceptor(server, FindAttached, loggers.CreateLogger<PodNetwork>());
        gate = new UnderlayGate(routes, FindAttached, acceptor);
        routes.Changed += CutUncovered;
        started = new Lazy<Task>(StartOnceAsync);
    }

    public async Task<IPEndPoint> OpenNodeAsync(string node, CancellationToken cancellation)
    {
        await started.Value.WaitAsync(cancellation);
        return nodes.GetOrAdd(node, _ => new SocketListener(new IPEndPoint(IPAddress.Loopback, 0), gate.HandleAsync)).EndPoint;
    }

    public IDisposable Attach(PodInterface pod)
    {
        var attached = new AttachedPod(pod, gone => pods.TryRemove(KeyValuePair.Create(pod.Address, gone)));
        if (!pods.TryAdd(pod.Address, attached))
        {
            throw new InvalidOperationException(
                $"pod {pod.Namespace}/{pod.Name} has address {pod.Address}, which pod {pods[pod.Address].Pod.Name} already has: every pod needs its own");
        }

        return attached;
    }

    public PodInterface? Find(IPAddress address) => FindAttached(address)?.Pod;

    public async ValueTask<Stream> DialAsync(IPEndPoint source, IPEndPoint destination, IPEndPoint? underlay, CancellationToken cancellation)
    {
        var address = underlay ?? (routes.Own.Contains(destination.Address) ? LocalUnderlay(destination.Address) : null);
        var socket = new Socket((address ?? destination).AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address ?? destination, cancellation);
            if (address is not null)
            {
                await socket.SendAsync(new ProxyPreamble(source, destination, WantsAnswer: true).ToBytes(), cancellation);
                await AwaitAnswerAsync(socket, cancellation);
            }

            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Serve(Socket socket, PodConnection connection, bool isHttp2)
    {
        if (FindAttached(connection.Pod.Address) is not { } attached)
        {
            socket.Reset();
            return;
        }

        var served = new PodSocketConnection(socket, new NetworkStream(socket, ownsSocket: false), connection, attached.Remove);
        if (!attached.TryAdd(served) || !server.TryServe(served, isHttp2))
        {
            socket.Reset();
        }
    }

    public async Task<IPublishedAddress> PublishAsync(IPEndPoint address, Func<(PodInterface Pod, int Port)?> choose, CancellationToken cancellation)
    {
        await started.Value.WaitAsync(cancellation);
        var clients = new PublishedClients();
        var listener = new SocketListener(address, async socket =>
        {
            if (socket.RemoteEndPoint is IPEndPoint client && choose() is { } chosen)
            {
                clients.Add(socket);
                await acceptor.AcceptAsync(socket, client, chosen.Pod, chosen.Port);
            }
            else
            {
                socket.Reset();
            }
        })
        {
            Closed = gone =>
            {
                published.TryRemove(gone, out _);
                clients.Cut();
            },
        };
        published.TryAdd(listener, 0);
        return listener;
    }

    public Task StartAsync(CancellationToken cancellationToken) => started.Value.WaitAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 1)
        {
            return;
        }

        await ending.CancelAsync();
        foreach (var listener in nodes.Values.Concat(published.Keys))
        {
            await listener.DisposeAsync();
        }

        await server.DisposeAsync();
    }

    private AttachedPod? FindAttached(IPAddress address) => pods.GetValueOrDefault(address);

    /// <summary>Starts serving. Nodes may open before the host has come to this service, so whoever is first starts it.</summary>
    private Task StartOnceAsync()
    {
        _ = routes.RunAsync(ending.Token);
        return server.StartAsync(ending.Token);
    }

    private IPEndPoint LocalUnderlay(IPAddress address) =>
        FindAttached(address) is { } attached && nodes.TryGetValue(attached.Pod.Node, out var listener)
            ? listener.EndPoint
            : throw new SocketException((int)SocketError.HostUnreachable);

    private void CutUncovered()
    {
        foreach (var pod in pods.Values)
        {
            pod.CutUnless(routes.Allows);
        }
    }

    private static async Task AwaitAnswerAsync(Socket socket, CancellationToken cancellation)
    {
        try
        {
            if (await socket.ReceiveAsync(new byte[1], cancellation) == 1)
            {
                return;
            }
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset)
        {
            // The pod, or its node, does not take it.
        }

        throw new SocketException((int)SocketError.ConnectionRefused);
    }
}
