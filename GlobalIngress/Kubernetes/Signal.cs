namespace GlobalIngress.Kubernetes;

/// <summary>Something has changed; any number of changes before the next wait are one.</summary>
internal sealed class Signal
{
    private readonly SemaphoreSlim semaphore = new(0, 1);

    public void Set()
    {
        lock (semaphore)
        {
            if (semaphore.CurrentCount == 0)
            {
                semaphore.Release();
            }
        }
    }

    /// <summary>Sets the signal later, unless cancelled before.</summary>
    public void SetAfter(TimeSpan pause, CancellationToken cancellation) => _ = SetAfterAsync(pause, cancellation);

    public Task WaitAsync(CancellationToken cancellation) => semaphore.WaitAsync(cancellation);

    private async Task SetAfterAsync(TimeSpan pause, CancellationToken cancellation)
    {
        await Task.Delay(pause, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!cancellation.IsCancellationRequested)
        {
            Set();
        }
    }
}
