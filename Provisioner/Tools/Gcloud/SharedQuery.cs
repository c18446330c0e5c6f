namespace Provisioner.Tools.Gcloud;

/// <summary>A question that several ask at about the same time is asked once, and its answer shared.</summary>
internal sealed class SharedQuery<T>(Func<Task<T>> ask, TimeProvider time)
{
    /// <summary>How long an answer holds: a step that looks, acts and looks again asks within that time what the step beside it asks.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1.5);

    private readonly Lock gate = new();
    private Task<T>? running;
    private long answered;

    public Task<T> AskAsync(CancellationToken cancellation)
    {
        lock (gate)
        {
            if (running is null || (running.IsCompleted && time.GetElapsedTime(answered) > Fresh))
            {
                running = AskAsync();
            }

            // The others still wait when one gives up.
            return running.WaitAsync(cancellation);
        }
    }

    private async Task<T> AskAsync()
    {
        try
        {
            return await ask();
        }
        finally
        {
            answered = time.GetTimestamp();
        }
    }
}
