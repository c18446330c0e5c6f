using System.Runtime.CompilerServices;

namespace Emulator.Nodes;

/// <summary>The output of one run of one container: the last lines of it, in bounded memory.</summary>
internal sealed class ContainerLog(TimeProvider time)
{
    private const int MaximumLines = 10_000;
    private const int MaximumCharacters = 2_000_000;

    private readonly Lock gate = new();
    private readonly Queue<LogLine> lines = new();
    private long dropped;
    private int characters;
    private bool completed;
    private TaskCompletionSource changed = NewSignal();

    public void Write(string line)
    {
        lock (gate)
        {
            lines.Enqueue(new LogLine(time.GetUtcNow(), line));
            characters += line.Length;
            while (lines.Count > MaximumLines || (characters > MaximumCharacters && lines.Count > 1))
            {
                characters -= lines.Dequeue().Text.Length;
                dropped++;
            }

            Signal();
        }
    }

    /// <summary>The container has ended: whoever follows is done.</summary>
    public void Complete()
    {
        lock (gate)
        {
            completed = true;
            Signal();
        }
    }

    /// <summary>Lines from the oldest kept one on, and while <paramref name="follow"/> also those to come until the container ends.</summary>
    /// <param name="tail">Only so many of the lines that are there now; null for all.</param>
    /// <param name="since">Only lines written at that time or later.</param>
    public async IAsyncEnumerable<LogLine> ReadAsync(
        bool follow, int? tail, DateTimeOffset? since, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var next = 0L;
        var first = true;
        while (true)
        {
            List<LogLine> batch;
            bool ended;
            Task more;
            lock (gate)
            {
                var start = dropped;
                var skip = (int)Math.Max(0, next - start);
                if (first && tail is { } wanted)
                {
                    skip = Math.Max(skip, lines.Count - wanted);
                }

                batch = [.. lines.Skip(skip)];
                next = start + lines.Count;
                ended = completed;
                more = changed.Task;
            }

            first = false;
            foreach (var line in batch)
            {
                if (since is null || line.Time >= since)
                {
                    yield return line;
                }
            }

            if (!follow || ended)
            {
                yield break;
            }

            await more.WaitAsync(cancellation);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Signal()
    {
        var waiting = changed;
        changed = NewSignal();
        waiting.TrySetResult();
    }
}
