using Provisioner.Clusters.Gke;
using Provisioner.State;
using Provisioner.Telemetry;
using Provisioner.Tools.Gcloud;

namespace Provisioner.Operations;

/// <summary>Keeps the lab's cost up to date in its state, and shows the calls of gcloud once the lab is ready.</summary>
internal sealed class CloudMirror(StateStore store, CloudRecordFile record, GcloudCalls calls, RunTimes times, TimeProvider time, ILogger<CloudMirror> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var shown = false;
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            var known = record.Current;
            var hours = known.Since is { } since ? (time.GetUtcNow() - since).TotalHours : 0;
            var cloud = new CloudState(known.Since, known.CostPerHour, Math.Round(hours * known.CostPerHour, 2), calls.All.Count);
            store.Update(state => state.Cloud == cloud ? state : state with { Cloud = cloud });
            if (!shown && store.Current.ReadyAt is not null && times.Shares is { } shares)
            {
                shown = true;
                foreach (var line in calls.Table().Append($"{shares}"))
                {
                    log.LogInformation("{Line}", line);
                }
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
