using Provisioner.Api;
using Provisioner.Clusters.Gke;
using Provisioner.Clusters.Gke.Down;
using Provisioner.Modes;
using Provisioner.Plan;

namespace Provisioner.Commands;

/// <summary>Takes a lab off Google Cloud: through the lab that runs, else from its record, else by its labels alone.</summary>
internal static class CloudDownCommand
{
    public sealed record Options(bool DryRun, bool Rehearse, string? Project, string? FleetProject, string? Name);

    public static async Task<int> RunAsync(string labDirectory, Options options, CancellationToken cancellation)
    {
        try
        {
            return await TakeDownAsync(labDirectory, options, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync(
                $"Interrupted: what is listed above is gone, and the rest is still there{(options.Rehearse ? "" : ", and costs")}.\nRun the same command again: it goes on where this one ended.");
            return ExitCodes.Failed;
        }
    }

    private static async Task<int> TakeDownAsync(string labDirectory, Options options, CancellationToken cancellation)
    {
        if (Running(labDirectory) is { } client)
        {
            using (client)
            {
                var last = await client.RunAsync("cloud-down", new CommandArguments { DryRun = options.DryRun }, Console.WriteLine, cancellation);
                await (last.Ok ? Console.Out : Console.Error).WriteLineAsync(last.Cure is null ? last.Message : $"{last.Message}\n{last.Cure}");
                if (!last.Ok || options.DryRun)
                {
                    return last.Ok ? ExitCodes.Ok : ExitCodes.Failed;
                }
            }

            return await DownCommand.RunAsync(labDirectory, cancellation);
        }

        var folder = options.Rehearse ? Path.Combine(labDirectory, CloudPlan.RehearsalFolder) : labDirectory;
        var record = CloudRecordFile.TryRead(folder) is { } found && (options.Name ?? found.Name) == found.Name && (options.Project ?? found.FleetProject) == found.FleetProject
            ? found
            : null;
        var plan = PlanOf(labDirectory, options, record);
        await using var services = CloudServices.Of(plan);
        var target = new DownTarget
        {
            Name = plan.Name,
            Fleet = plan.Cloud!.FleetProject,
            Projects = record?.Projects ?? [plan.Project],
            Record = record,
            IsRehearsal = options.Rehearse,
        };
        var left = await services.GetRequiredService<CloudDown>().RunAsync(target, options.DryRun, Console.WriteLine, cancellation);
        if (left.Count > 0)
        {
            await Console.Error.WriteLineAsync($"{left.Count} things are left; each line above names one. Run down again, or delete them by hand");
            return ExitCodes.Failed;
        }

        if (!options.DryRun)
        {
            CloudRecordFile.Delete(folder);
            Console.WriteLine("nothing of the lab is left in Google Cloud");
        }

        return ExitCodes.Ok;
    }

    /// <summary>The lab in the folder, when it runs and is on Google Cloud.</summary>
    private static ControlClient? Running(string labDirectory)
    {
        var client = ControlClient.TryOpen(labDirectory);
        if (client is not null && LabPlanFile.Read(labDirectory).Cloud is null)
        {
            client.Dispose();
            return null;
        }

        return client;
    }

    private static LabPlan PlanOf(string labDirectory, Options options, CloudRecord? record)
    {
        var rehearsal = Path.Combine(labDirectory, CloudPlan.RehearsalFolder);
        if (options.Rehearse && !File.Exists(Path.Combine(rehearsal, "environment.json")))
        {
            throw new LabException("no rehearsal runs: its Google Cloud ended with it, and nothing of it is left", "Start one: dotnet run --project AppHost -- --cloud --rehearse");
        }

        var project = options.Project ?? record?.Projects[0] ?? throw new LabException(
            $"there is no {Path.Combine(labDirectory, CloudRecord.FileName)}, so which project the lab is in is not known", "Name it: down --cloud --project P [--name LAB]");
        return new LabPlan
        {
            Name = options.Name ?? record?.Name ?? "lab",
            Mode = options.Rehearse ? CloudMode.Rehearsal : CloudMode.Gke,
            Project = project,
            Clusters = [],
            ConfigCluster = "",
            VipUrl = "",
            Manifests = "",
            Directory = labDirectory,
            Cloud = new CloudPlan
            {
                FleetProject = options.FleetProject ?? record?.FleetProject ?? project,
                RehearsalDirectory = options.Rehearse ? rehearsal : null,
            },
        };
    }
}
