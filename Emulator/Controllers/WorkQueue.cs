using System.Threading.Channels;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>Keys that wait to be reconciled, each once; one that is added while it is being worked on comes again afterwards.</summary>
internal sealed class WorkQueue
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly HashSet<ResourceKey> waiting = [];
    private readonly HashSet<ResourceKey> working = [];
    private readonly Dictionary<ResourceKey, int> failures = [];
    private readonly Dictionary<ResourceKey, long> later = [];
    private readonly Channel<ResourceKey> ready = Channel.CreateUnbounded<ResourceKey>();

    public void Add(ResourceKey key)
    {
        lock (gate)
        {
            if (waiting.Add(key) && !working.Contains(key))
            {
                ready.Writer.TryWrite(key);
            }
        }
    }

    /// <summary>Adds the key when the time has come; an earlier time for the same key wins.</summary>
    public void AddAfter(ResourceKey key, TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero)
        {
            Add(key);
            return;
        }

        var due = Environment.TickCount64 + (long)delay.TotalMilliseconds;
        lock (gate)
        {
            if (later.TryGetValue(key, out var earlier) && earlier <= due)
            {
                return;
            }

            later[key] = due;
        }

        _ = Task.Delay(delay).ContinueWith(
            _ =>
            {
                lock (gate)
                {
                    if (later.TryGetValue(key, out var current) && current == due)
                    {
                        later.Remove(key);
                    }
                }

                Add(key);
            },
            TaskScheduler.Default);
    }

    public async ValueTask<ResourceKey> TakeAsync(CancellationToken cancellation)
    {
        var key = await ready.Reader.ReadAsync(cancellation);
        lock (gate)
        {
            waiting.Remove(key);
            working.Add(key);
        }

        return key;
    }

    /// <summary>Ends the work on a key; after a failure it comes again, later each time.</summary>
    /// <param name="pause">How long changes that came meanwhile gather before the key is worked on again.</param>
    public void Done(ResourceKey key, bool succeeded, TimeSpan pause)
    {
        if (pause > TimeSpan.Zero && IsWaiting(key))
        {
            _ = Task.Delay(pause).ContinueWith(_ => Done(key, succeeded, TimeSpan.Zero), TaskScheduler.Default);
            return;
        }

        var failed = 0;
        lock (gate)
        {
            working.Remove(key);
            if (waiting.Contains(key))
            {
                ready.Writer.TryWrite(key);
            }

            if (succeeded)
            {
                failures.Remove(key);
            }
            else
            {
                failures[key] = failed = failures.GetValueOrDefault(key) + 1;
            }
        }

        if (failed > 0)
        {
            AddAfter(key, TimeSpan.FromMilliseconds(Math.Min(LastRetry.TotalMilliseconds, FirstRetry.TotalMilliseconds * Math.Pow(2, Math.Min(failed, 20)))));
        }
    }

    private bool IsWaiting(ResourceKey key)
    {
        lock (gate)
        {
            return waiting.Contains(key);
        }
    }
}
