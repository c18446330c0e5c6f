using Emulator.Mesh;

namespace Emulator.DataPlane.Upstream;

/// <summary>Counts what one proxy has under way to one cluster, and holds it to the limits (Envoy's circuit breaker); it outlives snapshots.</summary>
internal sealed class CircuitBreaker
{
    private readonly Lock gate = new();
    private readonly Queue<TaskCompletionSource<bool>> waiting = new();
    private int active;
    private int retries;

    public MeshConnectionLimits Limits { get; set; } = new();

    /// <summary>Waits for a connection to be free, if there is room to wait; false when there is none.</summary>
    public ValueTask<bool> TryEnterAsync(CancellationToken cancellation)
    {
        TaskCompletionSource<bool> turn;
        lock (gate)
        {
            if (active + waiting.Count >= (Limits.MaxRequests ?? int.MaxValue))
            {
                return new(false);
            }

            if (active < (Limits.MaxConnections ?? int.MaxValue))
            {
                active++;
                return new(true);
            }

            if (waiting.Count >= (Limits.MaxPending ?? int.MaxValue))
            {
                return new(false);
            }

            turn = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Enqueue(turn);
        }

        return WaitAsync(turn, cancellation);
    }

    public void Leave()
    {
        lock (gate)
        {
            // The place of one that leaves is the next one's; those that gave up waiting are passed over.
            while (waiting.TryDequeue(out var next))
            {
                if (next.TrySetResult(true))
                {
                    return;
                }
            }

            active--;
        }
    }

    public bool TryRetry()
    {
        if (Limits.MaxRetries is not { } most || Interlocked.Increment(ref retries) <= most)
        {
            return true;
        }

        Interlocked.Decrement(ref retries);
        return false;
    }

    public void EndRetry()
    {
        if (Limits.MaxRetries is not null)
        {
            Interlocked.Decrement(ref retries);
        }
    }

    private static async ValueTask<bool> WaitAsync(TaskCompletionSource<bool> turn, CancellationToken cancellation)
    {
        await using var giveUp = cancellation.UnsafeRegister(static state => ((TaskCompletionSource<bool>)state!).TrySetResult(false), turn);
        return await turn.Task;
    }
}
