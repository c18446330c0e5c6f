namespace Emulator.DataPlane.Metrics;

/// <summary>How many requests there were, and how long they took, as Istio's histogram has it.</summary>
internal sealed class RequestFigures
{
    /// <summary>Upper bounds of the buckets, in milliseconds; there is one more without a bound.</summary>
    public static readonly double[] Bounds = [0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000, 300000, 600000, 1800000, 3600000];

    private readonly long[] buckets = new long[Bounds.Length + 1];
    private long count;
    private long ticks;

    public long Count => Interlocked.Read(ref count);

    public double Milliseconds => TimeSpan.FromTicks(Interlocked.Read(ref ticks)).TotalMilliseconds;

    public long Bucket(int index) => Interlocked.Read(ref buckets[index]);

    public void Add(TimeSpan time)
    {
        var place = Array.BinarySearch(Bounds, time.TotalMilliseconds);
        Interlocked.Increment(ref buckets[place < 0 ? ~place : place]);
        Interlocked.Increment(ref count);
        Interlocked.Add(ref ticks, time.Ticks);
    }
}
