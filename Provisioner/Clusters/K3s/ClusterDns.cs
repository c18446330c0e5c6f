using Provisioner.Kubernetes;
using Provisioner.Stages;

namespace Provisioner.Clusters.K3s;

/// <summary>Whether pods of a cluster resolve names. Every sidecar looks for istiod by name, and would only say later that it is not ready.</summary>
internal static class ClusterDns
{
    // k3s deploys it under this name, from its own manifests.
    private const string Deployment = "coredns";
    private const string Namespace = "kube-system";

    public static async Task<(bool Ready, string Message)> ObserveAsync(Lab lab, LabCluster cluster, CancellationToken cancellation)
    {
        if (await cluster.Api.GetAsync(KubeResource.Deployments, Namespace, Deployment, cancellation) is not { } found)
        {
            return (false, $"k3s has not deployed {Deployment} yet");
        }

        var rollout = Rollout.Of(found);
        var reasons = rollout.Complete ? "" : PodReport.Describe(await new KubeSteps(lab, cluster).PodsAsync(Deployment, Namespace, cancellation));
        return (rollout.Complete, reasons.Length > 0 ? $"{Deployment}: {reasons}" : $"{Deployment}: {rollout.Message}");
    }
}
