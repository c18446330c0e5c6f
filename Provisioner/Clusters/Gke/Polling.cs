using Provisioner.Stages;
using Provisioner.Stages.Execution;

namespace Provisioner.Clusters.Gke;

/// <summary>Asks about a long operation of Google's again and again, less often the longer it takes.</summary>
internal static class Polling
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <param name="ask">Whether it is done, and how far it is.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellation">Ends the asking, not the operation.</param>
    public static async Task UntilAsync(Func<CancellationToken, Task<(bool Done, string Message)>> ask, Progress progress, CancellationToken cancellation)
    {
        using var span = StageTelemetry.Start("wait for Google", StageTelemetry.GoogleKind);
        for (var pause = FirstPause; ; pause = pause * 1.4 < LongestPause ? pause * 1.4 : LongestPause)
        {
            var (done, message) = await ask(cancellation);
            if (done)
            {
                return;
            }

            progress.Report(message);
            await Task.Delay(pause, cancellation);
        }
    }
}
