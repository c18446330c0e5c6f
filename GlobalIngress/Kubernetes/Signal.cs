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
    public async void SetAfter(TimeSpan pause, CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(pause, cancellation);
            Set();
        }
        catch (OperationCanceledException)
        {
            // Nobody waits any more.
        }
    }

    public Task WaitAsync(CancellationToken cancellation) => semaphore.WaitAsync(cancellation);
}
