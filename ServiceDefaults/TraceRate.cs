namespace ServiceDefaults;

/// <summary>Lets up to so many traces per second begin, and counts the others.</summary>
public sealed class TraceRate(int perSecond, TimeProvider time)
{
    private long second;
    private int begun;
    private long dropped;

    public int PerSecond => perSecond;

    /// <summary>Takes the number of traces that did not begin since the last call.</summary>
    public long TakeDropped() => Interlocked.Exchange(ref dropped, 0);

    public bool TryBegin()
    {
        var now = time.GetTimestamp() / time.TimestampFrequency;
        if (Volatile.Read(ref second) != now && Interlocked.Exchange(ref second, now) != now)
        {
            Volatile.Write(ref begun, 0);
        }

        // Reading first keeps the counter's cache line shared while everything is dropped anyway.
        if (Volatile.Read(ref begun) < perSecond && Interlocked.Increment(ref begun) <= perSecond)
        {
            return true;
        }

        Interlocked.Increment(ref dropped);
        return false;
    }
}
