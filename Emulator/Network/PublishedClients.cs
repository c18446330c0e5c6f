using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Emulator.Network;

/// <summary>The open connections of one published address: when a load balancer goes, what still flows through it is cut as well.</summary>
internal sealed class PublishedClients
{
    private const int PruneEvery = 256;

    private readonly ConcurrentDictionary<Socket, byte> open = new();
    private int added;

    public void Add(Socket socket)
    {
        open.TryAdd(socket, 0);
        if (Interlocked.Increment(ref added) % PruneEvery == 0)
        {
            foreach (var closed in open.Keys.Where(known => known.SafeHandle.IsClosed))
            {
                open.TryRemove(closed, out _);
            }
        }
    }

    /// <summary>Ends them as the peer going away would; whoever serves them notices and disposes of them.</summary>
    public void Cut()
    {
        foreach (var socket in open.Keys)
        {
            try
            {
                socket.Shutdown(SocketShutdown.Both);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Ended already.
            }
        }

        open.Clear();
    }
}
