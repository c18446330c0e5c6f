using Emulator.Mesh;

namespace Emulator.DataPlane.Upstream;

/// <summary>Counts what one proxy has under way to one cluster, and holds it to the limits (Envoy's circuit breaker); it outlives snapshots.</summary>
internal sealed class CircuitBreaker
{
    private readonly Lock gate = new();
    private readonly Queue<TaskCompletionSource<bool>> waiting = new();
    private int active;
    private int retries;

    /// <summary>How many requests were refused for want of room.</summary>
    public long Overflowed { get; private set; }

    /// <summary>How many requests were let in, at once or after waiting.</summary>
    public long Entered { get; private set; }

    public int Pending => waiting.Count;

    public int RemainingPending => Math.Max(0, (Limits.MaxPending ?? int.MaxValue) - waiting.Count);

    public MeshConnectionLimits Limits { get; set; } = new();

    /// <summary>Waits for a connection to be free, if there is room to wait; false when there is none.</summary>
    public ValueTask<bool> TryEnterAsync(CancellationToken cancellation)
    {
        TaskCompletionSource<bool> turn;
        lock (gate)
        {
            if (active + waiting.Count >= (Limits.MaxRequests ?? int.MaxValue))
            {
                Overflowed++;
                return new(false);
            }

            if (active < (Limits.MaxConnections ?? int.MaxValue))
            {
                active++;
                Entered++;
                return new(true);
            }

            if (waiting.Count >= (Limits.MaxPending ?? int.MaxValue))
            {
                Overflowed++;
                return new(false);
            }

            Entered++;

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
