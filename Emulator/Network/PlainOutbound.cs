using System.Net;
using System.Net.Sockets;

namespace Emulator.Network;

/// <summary>HTTP out of a pod without a sidecar: cluster names and addresses lead to ready pods, everything else to the world outside.</summary>
internal sealed class PlainOutbound(IPodNetwork network, ClusterAddresses addresses)
{
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(10);

    /// <summary>A handler for one pod; like kube-proxy it chooses a pod for each connection, not for each request.</summary>
    public HttpMessageHandler For(PodInterface pod) => new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectTimeout = ConnectTime,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5),
        ConnectCallback = (context, cancellation) => ConnectAsync(pod, context.DnsEndPoint, cancellation),
    };

    /// <summary>One connection out of a pod, to a service, a pod or the world outside.</summary>
    public async ValueTask<Stream> ConnectAsync(PodInterface pod, DnsEndPoint target, CancellationToken cancellation)
    {
        var source = new IPEndPoint(pod.Address, 0);
        if (target.Host is "localhost" or "127.0.0.1" or "::1")
        {
            return await network.DialAsync(source, new IPEndPoint(pod.Address, target.Port), null, cancellation);
        }

        if (addresses.FindService(target.Host, pod.Namespace) is { } service)
        {
            var endpoint = addresses.NextEndpoint(service, target.Port) ?? throw new SocketException((int)SocketError.ConnectionRefused);
            return await network.DialAsync(source, endpoint, null, cancellation);
        }

        if (IPAddress.TryParse(target.Host, out var address))
        {
            return await network.DialAsync(source, new IPEndPoint(address, target.Port), null, cancellation);
        }

        return await ConnectOutsideAsync(target, cancellation);
    }

    /// <summary>One connection from this machine, to itself or the world outside.</summary>
    public static async ValueTask<Stream> ConnectOutsideAsync(DnsEndPoint target, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(target, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
