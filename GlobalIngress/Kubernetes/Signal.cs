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

    public Task WaitAsync(CancellationToken cancellation) => semaphore.WaitAsync(cancellation);
}
