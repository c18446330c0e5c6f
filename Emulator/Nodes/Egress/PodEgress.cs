using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Emulator.Network;

namespace Emulator.Nodes;

/// <summary>The way out of a pod's own network: takes every connection its processes make, and sends it where the cluster would.</summary>
internal sealed class PodEgress(
    PodInterface pod,
    IPodNetwork network,
    PlainOutbound plain,
    NameServer names,
    ExternalNames external,
    IPAddress nameServer,
    HttpMessageInvoker metadata,
    Func<IEnumerable<int>> ports,
    Func<int, RequestDelegate?> inside,
    ILogger logger) : IAsyncDisposable
{
    private static readonly IPAddress MetadataAddress = IPAddress.Parse("169.254.169.254");

    /// <summary>The web's, whereami's, and a mesh proxy's own.</summary>
    private static readonly int[] AlwaysOpen = [80, 443, 8080, 15000, 15020, 15021];

    private readonly ConcurrentDictionary<int, SocketListener> listeners = new();
    private readonly HttpMessageInvoker sidecar = new(new PodOutbound(pod, plain));
    private HashSet<int> excluded = [];
    private Socket? questions;
    private int process;

    /// <summary>Opens the network of a new network namespace, which a process holds.</summary>
    /// <param name="own">Ports that are left to the pod's processes.</param>
    public void Open(int process, HashSet<int> own)
    {
        (this.process, excluded) = (process, own);
        Inside(() =>
        {
            LoopbackInterface.Open(pod.Address);
            questions = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            questions.Bind(new IPEndPoint(nameServer, 53));
        });
        _ = names.AnswerAsync(questions!);
        Listen();
    }

    /// <summary>Listens on ports that have come since.</summary>
    public void Refresh()
    {
        if (ports().Any(port => !listeners.ContainsKey(port) && !excluded.Contains(port)))
        {
            try
            {
                Listen();
            }
            catch (IOException)
            {
                // The pod is ending.
            }
        }
    }

    /// <summary>Connects to a process of the pod that listens.</summary>
    public async ValueTask<Stream> ConnectInsideAsync(int port, CancellationToken cancellation)
    {
        Socket? socket = null;
        Inside(() => socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
        await socket!.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellation);
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>Hands a request to a process of the pod.</summary>
    public async Task ForwardInsideAsync(HttpContext context, int port)
    {
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectCallback = (_, cancellation) => ConnectInsideAsync(port, cancellation),
        };
        using var invoker = new HttpMessageInvoker(handler);
        await RequestForwarder.ForwardAsync(context, invoker, new IPEndPoint(IPAddress.Loopback, port));
    }

    public async ValueTask DisposeAsync()
    {
        questions?.Dispose();
        foreach (var listener in listeners.Values)
        {
            await listener.DisposeAsync();
        }

        sidecar.Dispose();
    }

    private void Listen()
    {
        var bound = new List<Socket>();
        Inside(() =>
        {
            foreach (var port in ports().Concat(AlwaysOpen).Where(port => !excluded.Contains(port) && !listeners.ContainsKey(port)).Distinct())
            {
                try
                {
                    bound.Add(SocketListener.Bind(new IPEndPoint(IPAddress.Any, port)));
                }
                catch (SocketException)
                {
                    // A process of the pod has the port; it keeps it.
                    excluded.Add(port);
                }
            }
        });
        foreach (var socket in bound)
        {
            listeners[((IPEndPoint)socket.LocalEndPoint!).Port] = new SocketListener(socket, TakeAsync);
        }
    }

    private async Task TakeAsync(Socket socket)
    {
        var target = (IPEndPoint)socket.LocalEndPoint!;
        try
        {
            await TakeAsync(socket, target);
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            logger.LogDebug("Connection of pod {Pod} to {Target}: {Error}", pod.Name, target, e.Message);
            socket.Reset();
        }
    }

    private async Task TakeAsync(Socket socket, IPEndPoint target)
    {
        if (IPAddress.IsLoopback(target.Address) || target.Address.Equals(pod.Address))
        {
            // From inside a pod its programs are reached without the sidecar's inbound side.
            if (inside(target.Port) is { } program)
            {
                Serve(socket, target, program, await HttpPreface.IsHttp2Async(socket));
            }
            else if (pod.Inbound?.IsGateway ?? false)
            {
                await JoinAsync(socket, network.DialAsync(new IPEndPoint(pod.Address, 0), new IPEndPoint(pod.Address, target.Port), null, default));
            }
            else
            {
                socket.Reset();
            }
        }
        else if (target.Address.Equals(MetadataAddress))
        {
            Serve(socket, target, context => RequestForwarder.ForwardAsync(context, metadata, target), isHttp2: false);
        }
        else if (pod.Outbound is not null && pod.CarriesStreams?.Invoke(target) is not true && await HttpPreface.IsHttpAsync(socket))
        {
            Serve(socket, target, context => RequestForwarder.ForwardAsync(context, sidecar, target), await HttpPreface.IsHttp2Async(socket));
        }
        else
        {
            await JoinAsync(socket, ConnectAsync(target, await HttpPreface.ServerNameAsync(socket)));
        }
    }

    /// <summary>Through the sidecar to what the mesh knows, and directly to all else.</summary>
    private async ValueTask<Stream> ConnectAsync(IPEndPoint target, string? serverName) =>
        pod.OutboundStreams is { } streams && await streams(target, serverName, CancellationToken.None) is { } stream
            ? stream
            : await plain.ConnectAsync(pod, external.Target(target) ?? new DnsEndPoint(target.Address.ToString(), target.Port), CancellationToken.None);

    private static async Task JoinAsync(Socket socket, ValueTask<Stream> connecting)
    {
        await using var outside = await connecting;
        await using var inside = new NetworkStream(socket, ownsSocket: true);
        await Tunnel.RunAsync(inside, outside);
    }

    private void Serve(Socket socket, IPEndPoint target, RequestDelegate handler, bool isHttp2) => network.Serve(
        socket, new PodConnection(new IPEndPoint(pod.Address, 0), target, pod) { Handler = handler }, isHttp2);

    /// <summary>Runs on a thread in the pod's network namespace; sockets made there stay in it.</summary>
    /// <remarks>Nothing asynchronous may begin there: a thread of the pool that it brought about would be born in that namespace, and stay in it.</remarks>
    private void Inside(Action action)
    {
        Exception? fault = null;
        var thread = new Thread(() =>
        {
            try
            {
                Native.EnterNetwork(process);
                action();
            }
            catch (Exception e)
            {
                fault = e;
            }
        });
        thread.Start();
        thread.Join();
        if (fault is not null)
        {
            throw fault is IOException ? fault : new IOException($"the network of pod {pod.Name} does not open: {fault.Message}", fault);
        }
    }
}
