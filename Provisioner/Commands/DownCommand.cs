using Containers;
using Provisioner.Api;
using Provisioner.Clusters.Existing;
using Provisioner.Plan;
using ServiceDefaults;

namespace Provisioner.Commands;

/// <summary>Ends the running lab and waits until it is gone.</summary>
internal static class DownCommand
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static async Task<int> RunAsync(string labDirectory, CancellationToken cancellation)
    {
        // Clusters that were there before the lab outlive it, and nothing of it may stay in them.
        if (ControlClient.TryOpen(labDirectory) is null && ExistingRecord.TryRead(labDirectory) is { } ended)
        {
            await Teardown.RunAsync(ended, labDirectory, Console.WriteLine, cancellation);
            ExistingRecord.Remove(labDirectory, hasEnded: true);
            Console.WriteLine("everything that the lab put into the clusters is taken back");
            return ExitCodes.Ok;
        }

        if (ControlClient.TryOpen(labDirectory) is null && TryRead(labDirectory) is { Existing: not null })
        {
            Console.WriteLine("the lab has ended, and has put nothing into the clusters");
            return ExitCodes.Ok;
        }

        if (await RemoveRemainsAsync(labDirectory, cancellation))
        {
            return ExitCodes.Ok;
        }

        using var client = LabFolder.Open(labDirectory);
        var plan = LabPlanFile.Read(labDirectory);
        if (plan.Existing is not null && ExistingRecord.TryRead(labDirectory) is not null)
        {
            if (await VerbCommand.RunAsync(labDirectory, "reset", new CommandArguments { To = 0 }, cancellation) is var code and not ExitCodes.Ok)
            {
                return code;
            }

            ExistingRecord.Remove(labDirectory, hasEnded: false);
        }

        await client.RunAsync("shutdown", new CommandArguments(), Console.WriteLine, cancellation);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(Deadline);
        try
        {
            while (ControlFiles.TryRead(labDirectory) is not null || (plan.OwnerPid > 0 && Owner.StartTimeOf(plan.OwnerPid) is not null))
            {
                await Task.Delay(Pause, deadline.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new LabException(
                $"the lab has not ended after {Deadline.TotalSeconds:0} s; AppHost is process {plan.OwnerPid}", $"End that process; the lab's other processes follow it");
        }

        Console.WriteLine("the lab has ended");
        return ExitCodes.Ok;
    }

    /// <summary>Removes the containers of a lab whose AppHost is gone, and whose reaper went with it.</summary>
    private static async Task<bool> RemoveRemainsAsync(string labDirectory, CancellationToken cancellation)
    {
        if (!File.Exists(Path.Combine(labDirectory, LabPlan.FileName)) || LabPlanFile.Read(labDirectory) is not { K3s: { } k3s } plan
            || Owner.StartTimeOf(plan.OwnerPid) is not null)
        {
            return false;
        }

        try
        {
            var removed = await LabLeftovers.RemoveAsync(new ContainerEngine(k3s.Engine), k3s.Id, cancellation);
            Console.WriteLine(removed.Count > 0 ? $"the lab had ended; removed what it left: {string.Join(", ", removed)}" : "the lab has ended, and left no container");
            return true;
        }
        catch (ContainerEngineException e)
        {
            throw new LabException(e.Message, e.Cure, e);
        }
    }

    private static LabPlan? TryRead(string labDirectory) => File.Exists(Path.Combine(labDirectory, LabPlan.FileName)) ? LabPlanFile.Read(labDirectory) : null;
}
