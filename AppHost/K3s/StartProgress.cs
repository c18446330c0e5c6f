using System.Diagnostics;
using System.Globalization;
using AppHost.Preparation;
using AppHost.Running;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace AppHost.K3s;

/// <summary>Tells every 10 s which cluster is still on its way, how it stands and what it last said.</summary>
internal sealed class StartProgress(LabSetup lab, DistributedApplication application, LabControl control, Action<string> say)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);

    public async Task RunAsync(CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(s_interval);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                string[] waiting = [.. lab.Plan.Clusters.Select(c => c.Name).Where(name => control.Current?.ClustersHealth.Any(c => c.Name == name && c.Ready) is not true)];
                if (waiting.Length == 0)
                {
                    return;
                }

                foreach (var name in waiting)
                {
                    say(Line(name, StateOf(name), await LastLineAsync(name), Stopwatch.GetElapsedTime(started)));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The lab ends.
        }
    }

    internal static string Line(string cluster, string? state, string lastLine, TimeSpan since) => string.Create(
        CultureInfo.InvariantCulture,
        $"{cluster}: {(state == KnownResourceStates.Running ? "waiting for the Kubernetes API" : state ?? "not started")} after {since.TotalSeconds:0} s{(lastLine.Length > 0 ? $": {lastLine}" : "")}");

    private string? StateOf(string name) =>
        application.ResourceNotifications.TryGetCurrentState(name, out var state) ? state?.Snapshot.State?.Text : null;

    private async Task<string> LastLineAsync(string name)
    {
        var last = "";
        await foreach (var batch in application.Services.GetRequiredService<ResourceLoggerService>().GetAllAsync(name))
        {
            last = batch.Count > 0 ? batch[^1].Content : last;
        }

        // Each line begins with its time.
        return last.Length > 200 ? last[(last.IndexOf(' ') + 1)..200] : last[(last.IndexOf(' ') + 1)..];
    }
}
