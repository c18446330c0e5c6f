using System.Net;
using System.Net.Sockets;

namespace Emulator.Network;

/// <summary>The pod network of this cluster, and the way from it to the pod networks of other clusters.</summary>
internal interface IPodNetwork
{
    /// <summary>Opens the Node's underlay listener on loopback and returns its address, to be published as <see cref="UnderlayAnnotation"/>.</summary>
    /// <remarks>Connections arrive there with a PROXY protocol v2 preamble that names source and destination pod addresses.</remarks>
    Task<IPEndPoint> OpenNodeAsync(string node, CancellationToken cancellation);

    /// <summary>Makes a pod reachable until the result is disposed of; connections to it are reset then.</summary>
    IDisposable Attach(PodInterface pod);

    PodInterface? Find(IPAddress address);

    /// <summary>Connects to a pod, here or in another cluster.</summary>
    /// <param name="underlay">The underlay address of the destination's node; null when the destination is in this cluster.</param>
    ValueTask<Stream> DialAsync(IPEndPoint source, IPEndPoint destination, IPEndPoint? underlay, CancellationToken cancellation);

    /// <summary>Serves HTTP on a connected socket in the name of a pod, with the connection's own handler. The socket is the network's from here on.</summary>
    void Serve(Socket socket, PodConnection connection, bool isHttp2);

    /// <summary>Listens on a real address of this machine and hands every connection to a pod that <paramref name="choose"/> names.</summary>
    /// <param name="choose">Picks a pod and its port for a new connection; null refuses the connection.</param>
    Task<IPublishedAddress> PublishAsync(IPEndPoint address, Func<(PodInterface Pod, int Port)?> choose, CancellationToken cancellation);

    /// <summary>The Node annotation that holds the underlay address, as flannel publishes its own.</summary>
    const string UnderlayAnnotation = "lab.dev/underlay";
}
