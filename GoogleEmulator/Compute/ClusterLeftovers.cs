using GoogleEmulator.Container;
using GoogleEmulator.Http;
using GoogleEmulator.Ingress;
using GoogleEmulator.Projects;
using Provisioner.Kubernetes;

namespace GoogleEmulator.Compute;

/// <summary>Keeps what a cluster leaves behind that is deleted before its load balancers are.</summary>
internal sealed class ClusterLeftovers(ProjectTable projects, IngressResources ingress)
{
    public async Task KeepAsync(Cluster cluster, CancellationToken cancellation)
    {
        if (cluster.Process is not { IsReady: true } process)
        {
            return;
        }

        try
        {
            var left = await ClusterResources.LoadBalancersAsync(cluster, process, cancellation);
            var project = projects.Find(cluster.Plan.Project, GoogleApi.Compute);
            Keep(project, left);
            foreach (var fleetProject in projects.All.Where(candidate => ingress.ConfigCluster(candidate) == cluster))
            {
                Keep(fleetProject, await ingress.ListAsync(fleetProject, cancellation));
            }
        }
        catch (Exception e) when (e is ClusterUnreachableException or KubeException)
        {
            // What it had there is not known any more.
        }
    }

    private static void Keep(Project project, IEnumerable<ComputeResource> resources)
    {
        foreach (var resource in resources)
        {
            project.Compute.Set(resource with { Owner = null });
        }
    }
}
