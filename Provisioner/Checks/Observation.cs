using Provisioner.Stages;

namespace Provisioner.Checks;

/// <summary>Repeats an observation from outside until it is as it should be.</summary>
internal static class Observation
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    /// <exception cref="LabException">It was not so in time; says what was observed last.</exception>
    public static async Task UntilAsync(
        Func<CancellationToken, Task<CheckResult>> observe, TimeSpan within, string otherwise, string cure, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(within);
        var last = CheckResult.Fail("nothing was observed");
        try
        {
            while (!(last = await observe(deadline.Token)).Passed)
            {
                await Task.Delay(Pause, deadline.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new LabException($"after {within.TotalSeconds:0} s {otherwise}: {last.Observed}", cure);
        }
    }
}
