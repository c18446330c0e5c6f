using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>Runs one probe of one container for as long as the container runs, and judges by the thresholds.</summary>
internal sealed class ProbeLoop(JsonObject probe, Func<CancellationToken, Task<string?>> ask, TimeProvider time)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(10);

    // Timers go by a clock that moves in steps of up to 10 ms.
    private static readonly TimeSpan TimerResolution = TimeSpan.FromMilliseconds(20);

    private TaskCompletionSource woken = NewSignal();

    /// <summary>Asks again now rather than a period later.</summary>
    public void Wake() => Volatile.Read(ref woken).TrySetResult();

    /// <param name="onResult">Told when a threshold was passed: null for success, else what is wrong.</param>
    /// <param name="onFailure">Told of each single failure.</param>
    /// <param name="eager">Until the first success ask at growing intervals within a period: a container that starts fast is seen at once.</param>
    /// <param name="once">End after the first success, as startup probes do.</param>
    public async Task RunAsync(Action<string?> onResult, Action<string> onFailure, bool eager, bool once, CancellationToken cancellation)
    {
        var period = TimeSpan.FromSeconds(Math.Max(1, probe["periodSeconds"].Int(10)));
        var (successes, failures) = (0, 0);
        var soon = FirstRetry;

        // What fails before the first period is over does not count where the container may still be starting.
        var next = time.GetTimestamp() + (eager ? (long)(period.TotalSeconds * time.TimestampFrequency) : 0);
        await Task.Delay(TimeSpan.FromSeconds(probe["initialDelaySeconds"].Int()), time, cancellation);
        while (true)
        {
            var problem = await ask(cancellation);
            var counts = time.GetElapsedTime(next) >= TimeSpan.Zero;
            if (problem is null)
            {
                (successes, failures) = (successes + 1, 0);
                if (successes >= Math.Max(1, probe["successThreshold"].Int(1)))
                {
                    onResult(null);
                    eager = false;
                    if (once)
                    {
                        return;
                    }
                }
            }
            else if (counts)
            {
                (successes, failures) = (0, failures + 1);
                onFailure(problem);
                if (failures >= Math.Max(1, probe["failureThreshold"].Int(3)))
                {
                    onResult(problem);
                }
            }

            if (counts)
            {
                next = time.GetTimestamp() + (long)(period.TotalSeconds * time.TimestampFrequency);
            }

            // A probe that is made early does not count.
            var rest = time.GetElapsedTime(time.GetTimestamp(), next) + TimerResolution;
            if (eager)
            {
                rest = rest < soon ? rest : soon;
                soon = soon < period ? soon * 2 : period;
            }

            await WaitAsync(rest, cancellation);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task WaitAsync(TimeSpan rest, CancellationToken cancellation)
    {
        var signal = NewSignal();
        Volatile.Write(ref woken, signal);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(signal.Task, Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, time, ended.Token));
        await ended.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }
}
