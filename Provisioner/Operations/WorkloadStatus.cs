using System.Text.Json.Nodes;
using Provisioner.Kubernetes;
using Provisioner.State;

namespace Provisioner.Operations;

/// <summary>Reads a workload's state from its Deployment.</summary>
internal static class WorkloadStatus
{
    public static WorkloadState Of(string cluster, Workload workload, JsonObject? deployment, IReadOnlyList<string> urls)
    {
        if (deployment is null)
        {
            return new WorkloadState(cluster, workload.Name, "Deployment", 0, 0, "NotStarted", "not deployed", urls);
        }

        var rollout = Rollout.Of(deployment);
        // "Degraded" is for pods that were there: a Deployment that never was available is still starting.
        var state = rollout.Complete ? rollout.Desired == 0 ? "NotStarted" : "Running"
            : rollout.Ready > 0 && deployment.Condition("Progressing")?["reason"]?.ToString() == "NewReplicaSetAvailable" ? "Degraded"
            : "Starting";
        return new WorkloadState(
            cluster, workload.Name, "Deployment", rollout.Ready, rollout.Desired, state, rollout.Desired == 0 ? "scaled to 0" : rollout.Message, urls);
    }

    public static bool IsSameAs(this WorkloadState one, WorkloadState other) => one with { Urls = other.Urls } == other && one.Urls.SequenceEqual(other.Urls);
}
