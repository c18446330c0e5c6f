namespace Emulator.Nodes;

/// <summary>The CPU time of one container, or of the whole process, over the latest samples.</summary>
internal sealed class UsageHistory
{
    /// <summary>As many samples as make a window of three periods: 15 s, unless the cluster measures at another pace.</summary>
    private const int Kept = 4;

    private readonly Queue<(DateTimeOffset At, long Nanoseconds)> samples = new();
    private long last;
    private long total;

    /// <summary>How long the samples reach back.</summary>
    public TimeSpan Window { get; private set; }

    /// <summary>Adds the time so far; processes that have ended take theirs with them, which is no reason for a rate below zero.</summary>
    /// <returns>Billionths of a CPU over the window; null after the first sample.</returns>
    public long? Add(DateTimeOffset now, long nanoseconds)
    {
        total += Math.Max(0, nanoseconds - last);
        last = nanoseconds;
        samples.Enqueue((now, total));
        if (samples.Count > Kept)
        {
            samples.Dequeue();
        }

        var first = samples.Peek();
        Window = now - first.At;
        return Window > TimeSpan.Zero ? (long)((total - first.Nanoseconds) / Window.TotalSeconds) : null;
    }
}
