using Provisioner.Api;
using Provisioner.Clusters.Gke;
using Provisioner.Clusters.Gke.Down;
using Provisioner.Modes;
using Provisioner.Stages;
using Provisioner.Stages.Execution;
using Provisioner.Telemetry;
using Provisioner.Tools.Gcloud;

namespace Provisioner.Operations;

/// <summary>Verbs of a lab on Google Cloud.</summary>
internal sealed class CloudOperations(CloudLab cloud, CloudDown down, CloudRecordFile record, GcloudCalls calls, RunTimes times, StageLog stages, StageGraph graph)
{
    public async Task<CommandLine> DownAsync(bool dryRun, Action<string> say, CancellationToken cancellation)
    {
        var target = new DownTarget
        {
            Name = cloud.Plan.Name,
            Fleet = cloud.Fleet,
            Projects = [.. cloud.Projects],
            Namespaces = [cloud.Plan.GatewayNamespace, cloud.Plan.Namespace],
            Record = record.Current,
            IsRehearsal = cloud.Plan.Mode == CloudMode.Rehearsal,
        };
        if (!dryRun && times.Shares is { } shares)
        {
            // The last chance to read it: the calls and their times end with the lab.
            say($"{calls.All.Count} calls of gcloud; {shares}");
        }

        var left = await down.RunAsync(target, dryRun, say, cancellation);
        if (dryRun)
        {
            return new CommandLine("nothing was removed: a dry run", Done: true);
        }

        foreach (var stage in graph.Stages.Where(stage => stage.Number > LabStages.Environment))
        {
            stages.Undone(stage);
        }

        if (left.Count > 0)
        {
            return new CommandLine($"{left.Count} things are left", Done: true, Ok: false, Cure: "Each line above names one; run down again, or delete them by hand");
        }

        record.Delete();
        return new CommandLine("nothing of the lab is left in Google Cloud", Done: true);
    }

    public CommandLine Calls(Action<string> say)
    {
        foreach (var line in calls.Table())
        {
            say(line);
        }

        if (times.Shares is { } shares)
        {
            say($"{shares}");
        }

        return new CommandLine($"each call is a line of {Path.Combine(cloud.Plan.Directory, GcloudCalls.FileName)}", Done: true);
    }
}
