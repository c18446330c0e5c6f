using Provisioner.Api;
using Provisioner.Plan;
using Provisioner.State;

namespace Provisioner.Operations;

/// <summary>When a cluster comes back, perhaps empty, brings the lab again to where it was.</summary>
internal sealed class StageRecovery(LabPlan plan, StateStore store, LabOperations operations, ILogger<StageRecovery> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        var seen = new Dictionary<string, bool>();
        var away = new HashSet<string>();
        var reached = 0;
        await foreach (var state in store.FollowAsync(stoppingToken))
        {
            foreach (var cluster in state.ClustersHealth)
            {
                if (seen.GetValueOrDefault(cluster.Name) && !cluster.Ready)
                {
                    // How far the lab was: an operation that fails meanwhile says nothing about that.
                    // A lab that was still on its way goes on to where it was going.
                    reached = away.Count > 0 ? reached : state.ReadyAt is null ? plan.Until : state.Stage;
                    away.Add(cluster.Name);
                    log.LogWarning("cluster {Cluster} went away: {Reason}", cluster.Name, cluster.Message);
                }

                seen[cluster.Name] = cluster.Ready;
            }

            if (away.Count > 0 && state.Running is null && away.All(name => seen[name]))
            {
                var back = string.Join(", ", away);
                away.Clear();
                log.LogInformation("cluster {Cluster} is back; looking whether every stage still is as it was", back);
                await RestoreAsync(reached, stoppingToken);
            }
        }
    }

    private async Task RestoreAsync(int reached, CancellationToken cancellation)
    {
        // Up to the first stage that was not done: what was taken back on purpose stays so.
        if (reached == 0)
        {
            return;
        }

        try
        {
            await operations.RunAsync("stage", new CommandArguments { Number = reached }, _ => { }, cancellation);
        }
        catch (LabBusyException)
        {
            // The reader was quicker; what runs now looks at the clusters as well.
        }
    }
}
