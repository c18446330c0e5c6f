using Provisioner.Plan;
using Provisioner.Stages;

namespace Provisioner.State;

/// <summary>The state of a lab in which nothing has been done.</summary>
internal static class InitialState
{
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
}
