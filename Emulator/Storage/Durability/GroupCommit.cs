namespace Emulator.Storage.Durability;

/// <summary>Flushes a log to disk for all writers that wait for it at a time.</summary>
internal sealed class GroupCommit : IDisposable
{
    private readonly Lock gate = new();
    private readonly SemaphoreSlim wanted = new(0);
    private readonly Thread thread;
    private TaskCompletionSource next = NewBatch();
    private Task current = Task.CompletedTask;
    private LogSegment? segment;
    private long written;
    private long covered;
    private bool asked;
    private IOException? broken;
    private volatile bool stopping;

    public GroupCommit()
    {
        thread = new Thread(Run) { IsBackground = true, Name = "log flush" };
        thread.Start();
    }

    /// <summary>After a flush that failed, nobody knows what of the file is on the disk: the log takes no more.</summary>
    public void ThrowIfBroken()
    {
        if (Volatile.Read(ref broken) is { } fault)
        {
            throw new IOException($"an earlier flush failed ({fault.Message}); restart the cluster once the disk is mended", fault);
        }
    }

    public void Written(LogSegment to)
    {
        lock (gate)
        {
            segment = to;
            written++;
        }
    }

    /// <summary>Completes when all that has been written is on the disk.</summary>
    public Task FlushedAsync()
    {
        lock (gate)
        {
            if (covered == written)
            {
                return current;
            }

            if (!asked)
            {
                asked = true;
                wanted.Release();
            }

            return next.Task;
        }
    }

    public void Dispose()
    {
        stopping = true;
        wanted.Release();
        thread.Join();
        wanted.Dispose();
    }

    private static TaskCompletionSource NewBatch() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Run()
    {
        while (!stopping)
        {
            wanted.Wait();
            TaskCompletionSource batch;
            LogSegment? file;
            lock (gate)
            {
                batch = next;
                next = NewBatch();
                current = batch.Task;
                covered = written;
                asked = false;
                file = segment;
            }

            try
            {
                file?.Flush();
                batch.SetResult();
            }
            catch (ObjectDisposedException)
            {
                // A newer segment took its place, and it was flushed before that.
                batch.SetResult();
            }
            catch (IOException fault)
            {
                Volatile.Write(ref broken, fault);
                batch.SetException(fault);
            }
        }
    }
}
