using Provisioner.Clusters.Existing;
using Provisioner.Modes;
using Provisioner.Plan;
using Provisioner.Stages.Execution;

namespace Provisioner.Commands;

/// <summary>Takes back what a lab that has ended left in clusters of others.</summary>
internal static class Teardown
{
    public static async Task RunAsync(LabPlan plan, string labDirectory, Action<string> say, CancellationToken cancellation)
    {
        foreach (var cluster in plan.Clusters)
        {
            UserKubeconfig.Write(plan.Existing!, cluster);
        }

        var services = new ServiceCollection();
        services.AddLogging();
        ServeCommand.AddLab(services, plan, labDirectory);
        LabModes.Of(plan).AddDrivers(services);
        await using var provider = services.BuildServiceProvider();
        try
        {
            await provider.GetRequiredService<StageRunner>().ResetAsync(0, say, cancellation);
        }
        catch (StageFailedException e)
        {
            throw new LabException($"{e.Failure.Step}: {e.Failure.Message}", $"{e.Failure.Cure}; then this again", e);
        }
    }
}
