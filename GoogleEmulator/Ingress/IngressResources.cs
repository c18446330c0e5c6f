using System.Text.Json.Nodes;
using GoogleEmulator.Compute;
using GoogleEmulator.Container;
using GoogleEmulator.Fleets;
using GoogleEmulator.Projects;
using Provisioner.Kubernetes;

namespace GoogleEmulator.Ingress;

/// <summary>What the controller of MultiClusterIngress has in a project.</summary>
internal sealed class IngressResources(ClusterTable clusters)
{
    /// <summary>The cluster that holds the configuration of a project's fleet; null where there is none.</summary>
    public Cluster? ConfigCluster(Project project)
    {
        var path = project.Fleet.FindFeature(Fleet.Ingress)?.Spec[Fleet.Ingress]?["configMembership"]?.ToString();
        return project.Fleet.Find(path) is { } membership
            ? clusters.Find(membership.Cluster.Project, membership.Cluster.Location, membership.Cluster.Name)
            : null;
    }

    public async Task<IReadOnlyList<ComputeResource>> ListAsync(Project project, CancellationToken cancellation) =>
        [.. (await ObjectsAsync(project, KubeResource.MultiClusterIngresses, cancellation)).SelectMany(item => new LoadBalancerResources(project, item).All)];

    /// <summary>The kinds and names of a fleet's objects.</summary>
    public async Task<string[]> NamesAsync(Project project, CancellationToken cancellation)
    {
        var names = new List<string>();
        foreach (var kind in (KubeResource[])[KubeResource.MultiClusterIngresses, KubeResource.MultiClusterServices])
        {
            names.AddRange((await ObjectsAsync(project, kind, cancellation)).Select(item => $"{kind.Kind} {item.Namespace()}/{item.Name()}"));
        }

        return [.. names];
    }

    private async Task<JsonObject[]> ObjectsAsync(Project project, KubeResource kind, CancellationToken cancellation)
    {
        if (ConfigCluster(project)?.Process is not { IsReady: true } process)
        {
            return [];
        }

        try
        {
            return [.. (await process.Api.ListAsync(kind, null, "", cancellation))["items"].Objects()];
        }
        catch (Exception e) when (e is ClusterUnreachableException or KubeException or ObjectDisposedException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // It ends just now.
            return [];
        }
    }
}
