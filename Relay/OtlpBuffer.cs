namespace Relay;

/// <summary>Export requests that wait to be fetched. When there is no room the oldest go, and are counted.</summary>
/// <param name="capacity">Bytes that may wait.</param>
internal sealed class OtlpBuffer(long capacity)
{
    public const long Capacity = 16 << 20;

    public const int LargestRequest = 4 << 20;

    private readonly Lock gate = new();
    private readonly Queue<OtlpRequest> waiting = new();
    private TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long bytes;

    /// <summary>Requests that nobody fetched in time.</summary>
    public long Dropped { get; private set; }

    public void Add(OtlpRequest request)
    {
        TaskCompletionSource signal;
        lock (gate)
        {
            waiting.Enqueue(request);
            bytes += request.Body.Length;
            while (bytes > capacity && waiting.Count > 0)
            {
                bytes -= waiting.Dequeue().Body.Length;
                Dropped++;
            }

            signal = arrived;
        }

        signal.TrySetResult();
    }

    /// <summary>Everything that waits; when nothing does, what comes within <paramref name="patience"/>.</summary>
    public async Task<IReadOnlyList<OtlpRequest>> TakeAsync(TimeSpan patience, CancellationToken cancellation)
    {
        Task next;
        lock (gate)
        {
            if (waiting.Count > 0)
            {
                return TakeAll();
            }

            arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            next = arrived.Task;
        }

        await next.WaitAsync(patience, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (gate)
        {
            return TakeAll();
        }
    }

    private OtlpRequest[] TakeAll()
    {
        OtlpRequest[] taken = [.. waiting];
        waiting.Clear();
        bytes = 0;
        return taken;
    }
}
