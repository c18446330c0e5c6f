namespace Emulator.Nodes;

/// <summary>How long a container that ended waits before it runs again: not at all once, then 10 s, doubling to five minutes.</summary>
internal sealed class RestartBackOff(TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private TimeSpan current = TimeSpan.Zero;
    private long since = time.GetTimestamp();

    public TimeSpan Next()
    {
        // A run of ten minutes makes up for what was before.
        var ran = time.GetElapsedTime(since);
        var wait = ran > 2 * Longest ? TimeSpan.Zero : current;
        current = wait == TimeSpan.Zero ? First : TimeSpan.FromTicks(Math.Min(Longest.Ticks, wait.Ticks * 2));
        since = time.GetTimestamp();
        return wait;
    }
}
