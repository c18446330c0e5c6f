using System.Text.Json.Nodes;
using GlobalIngress.Resources;
using GoogleEmulator.Clusters;
using GoogleEmulator.Container;
using GoogleEmulator.Projects;
using Provisioner.Kubernetes;

namespace GoogleEmulator.Ingress;

/// <summary>What is in the network endpoint groups of MultiClusterServices: the pods behind the derived Service of each member cluster.</summary>
internal sealed class EndpointGroups(ClusterTable clusters)
{
    private const string Derived = "labelSelector=app.kubernetes.io%2Fmanaged-by%3Dmulti-cluster-ingress-controller";

    /// <summary>The endpoints of the group at a path; none where its cluster or its Service has gone.</summary>
    /// <remarks>A pod that is not ready is shown as unhealthy: the probes of the load balancer itself are not asked.</remarks>
    public async Task<IReadOnlyList<GroupEndpoint>> EndpointsAsync(Project project, string path, CancellationToken cancellation)
    {
        // projects/P/zones/Z/networkEndpointGroups/N
        if (path.Split('/', 3) is not [_, _, var group] || group.Split('/') is not ["zones", var zone, _, _])
        {
            return [];
        }

        foreach (var (_, cluster) in project.Fleet.Running(clusters))
        {
            if (cluster.Process is { IsReady: true } process && await TryAsync(() => InAsync(cluster, process, zone, group, cancellation), cancellation) is { } found)
            {
                return found;
            }
        }

        return [];
    }

    private static async Task<IReadOnlyList<GroupEndpoint>?> InAsync(Cluster cluster, EmbeddedCluster process, string zone, string group, CancellationToken cancellation)
    {
        var services = await process.Api.ListAsync(KubeResource.Services, null, Derived, cancellation);
        foreach (var service in services["items"].Objects())
        {
            var port = service["spec"]!["ports"].Objects().FirstOrDefault(port => group == ResourceNames.NetworkEndpointGroup(
                zone, $"{cluster.Plan.Location}/{cluster.Plan.Name}", service.Namespace()!, service.Name(), port["port"].Int()));
            if (port is not null)
            {
                var slices = await process.Api.ListAsync(
                    KubeResource.EndpointSlices, service.Namespace(), $"labelSelector=kubernetes.io%2Fservice-name%3D{service.Name()}", cancellation);
                return [.. slices["items"].Objects().SelectMany(slice => Endpoints(slice, port["name"]?.ToString() ?? "", zone))];
            }
        }

        return null;
    }

    private static IEnumerable<GroupEndpoint> Endpoints(JsonObject slice, string port, string zone) =>
        from number in slice["ports"].Objects().Where(each => (each["name"]?.ToString() ?? "") == port)
        from endpoint in slice["endpoints"].Objects().Where(each => each["zone"] is null || each["zone"]!.ToString() == zone)
        from address in (endpoint["addresses"] as JsonArray ?? []).Take(1)
        select new GroupEndpoint(
            address!.ToString(), number["port"].Int(), endpoint["nodeName"]?.ToString() ?? "", endpoint["conditions"]?["ready"]?.GetValue<bool>() != false);

    private static async Task<T?> TryAsync<T>(Func<Task<T?>> look, CancellationToken cancellation)
        where T : class
    {
        try
        {
            return await look();
        }
        catch (Exception e) when (e is ClusterUnreachableException or KubeException or ObjectDisposedException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // It ends just now.
            return null;
        }
    }
}
