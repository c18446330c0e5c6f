using System.Collections.Concurrent;

namespace Emulator.Network;

/// <summary>A reachable pod with its open connections.</summary>
internal sealed class AttachedPod(PodInterface pod, Action<AttachedPod> detach) : IDisposable
{
    /// <summary>What requests in flight get to end after the pod is gone.</summary>
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<PodSocketConnection, byte> connections = [];
    private int detached;

    public PodInterface Pod => pod;

    public bool TryAdd(PodSocketConnection connection)
    {
        connections.TryAdd(connection, 0);
        if (Volatile.Read(ref detached) == 0)
        {
            return true;
        }

        connections.TryRemove(connection, out _);
        return false;
    }

    public void Remove(PodSocketConnection connection) => connections.TryRemove(connection, out _);

    /// <summary>Cuts the connections whose source is no longer let in.</summary>
    public void CutUnless(Func<System.Net.IPAddress, bool> allowed)
    {
        foreach (var connection in connections.Keys)
        {
            if (connection.Pod.IsUnderlay && !allowed(connection.Pod.Source.Address))
            {
                connection.Abort();
            }
        }
    }

    /// <summary>Ends idle connections at once and the others after the request in flight.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref detached, 1) == 1)
        {
            return;
        }

        detach(this);
        foreach (var connection in connections.Keys)
        {
            connection.RequestClose();
        }

        _ = CutLeftoversAsync();
    }

    private async Task CutLeftoversAsync()
    {
        await Task.Delay(DrainTime);
        foreach (var connection in connections.Keys)
        {
            connection.Abort();
        }
    }
}
