using System.Text.Json;
using Provisioner.Plan;
using Provisioner.Stages;

namespace Provisioner.State;

/// <summary>The state in which a provisioner begins.</summary>
internal static class InitialState
{
    /// <summary>Nothing has been done.</summary>
    public static LabState Of(LabPlan plan) => new()
    {
        Name = plan.Name,
        Mode = plan.Mode,
        DashboardUrl = plan.DashboardUrl,
        Kubeconfig = Path.Combine(plan.Directory, "kubeconfig"),
        StartedAt = plan.StartedAt,
        Clusters = [.. plan.Clusters.Select(cluster => new ClusterState(cluster.Name, cluster.Name, cluster.ClusterName, cluster.Location, null, null))],
        ClustersHealth = [.. plan.Clusters.Select(cluster => new ClusterHealth(cluster.Name, false, "not started"))],
        Stages = [.. LabStages.Names(plan).Select((name, index) => new StageRecord(index + 1, name, StageStates.Pending))],
    };

    /// <summary>As the provisioner before this one left it, if this same run of the lab was ready already; else that nothing has been done.</summary>
    public static LabState After(LabPlan plan)
    {
        var (beginning, before) = (Of(plan), Read(plan.Directory));
        return before?.ReadyAt is null || before.StartedAt != plan.StartedAt || before.Stages.Count != beginning.Stages.Count
            ? beginning
            : beginning with
            {
                Clusters = before.Clusters,
                VipUrl = before.VipUrl,
                Stage = before.Stage,
                ReadyAt = before.ReadyAt,
                Split = before.Split,
                Stages = [.. before.Stages.Select(stage => stage.State == StageStates.Running ? stage with { State = StageStates.Pending } : stage)],
            };
    }

    private static LabState? Read(string directory)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(directory, LabState.FileName)), LabJson.Default.LabState);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            // A first start has no such file, and one that cannot be read says nothing: the stages look at the clusters anyway.
            return null;
        }
    }
}
