using System.Runtime.InteropServices;

namespace Emulator.Nodes;

/// <summary>Measures the CPU time that requests to one container take of this process: of each while there are few, of every sixteenth when there are many.</summary>
/// <remarks>The clock of a thread is a system call, which at full load would cost as much as a part of the request.</remarks>
internal sealed class RequestMeter
{
    private const int FewRequests = 64;
    private const int Every = 16;

    private static readonly AsyncLocal<Span?> Current = new(Switched);

    [ThreadStatic]
    private static long entered;

    private long requests;
    private long measured;
    private long nanoseconds;

    /// <summary>CPU time of all requests that have been taken account of, in nanoseconds.</summary>
    public long Taken { get; private set; }

    /// <summary>Takes account of the requests since the last time: those that were not measured count as the mean of the others.</summary>
    public long TakeNanoseconds()
    {
        var (all, some, spent) = (Interlocked.Exchange(ref requests, 0), Interlocked.Exchange(ref measured, 0), Interlocked.Exchange(ref nanoseconds, 0));
        Taken += some == 0 ? 0 : (long)((double)spent * all / some);
        return Taken;
    }

    /// <summary>Lets a server answer a request, and measures it if it is its turn.</summary>
    public Task RunAsync<T>(T server, Func<T, HttpContext, Task> answer, HttpContext context)
    {
        var number = Interlocked.Increment(ref requests);
        var isMeasured = number <= FewRequests || number % Every == 0 || Current.Value is { HasEnded: false };
        return isMeasured ? MeasureAsync(server, answer, context) : answer(server, context);
    }

    private async Task MeasureAsync<T>(T server, Func<T, HttpContext, Task> answer, HttpContext context)
    {
        var outer = Current.Value;
        var span = new Span();
        Current.Value = span;
        try
        {
            await answer(server, context);
        }
        finally
        {
            Current.Value = outer;
            span.HasEnded = true;
            Interlocked.Add(ref nanoseconds, span.Nanoseconds);
            Interlocked.Increment(ref measured);
        }
    }

    /// <summary>A thread takes up the work on a request, or lays it down: what it spent since is the request's.</summary>
    private static void Switched(AsyncLocalValueChangedArgs<Span?> change)
    {
        var (left, begun) = (change.PreviousValue is { HasEnded: false } before ? before : null, change.CurrentValue is { HasEnded: false });
        if (left is null && !begun)
        {
            return;
        }

        var now = ThreadTime();
        left?.Add(now - entered);
        entered = now;
    }

    private static long ThreadTime() =>
        OperatingSystem.IsLinux() && clock_gettime(ThreadClock, out var time) == 0
            ? time.Seconds * 1_000_000_000 + time.Nanoseconds
            : Environment.TickCount64 * 1_000_000;

    private const int ThreadClock = 3;

    [DllImport("libc")]
    private static extern int clock_gettime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }

    /// <summary>One request under measurement. What it started and left behind is not counted once it has ended.</summary>
    private sealed class Span
    {
        private long nanoseconds;
        private volatile bool hasEnded;

        public long Nanoseconds => Volatile.Read(ref nanoseconds);

        public bool HasEnded
        {
            get => hasEnded;
            set => hasEnded = value;
        }

        public void Add(long spent) => Interlocked.Add(ref nanoseconds, spent);
    }
}
