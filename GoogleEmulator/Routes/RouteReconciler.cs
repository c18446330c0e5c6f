using System.Net;
using System.Text.Json.Nodes;
using GoogleEmulator.Compute;
using GoogleEmulator.Container;
using GoogleEmulator.Projects;
using Provisioner.Kubernetes;

namespace GoogleEmulator.Routes;

/// <summary>Gives each cluster the PodRoutes that the firewall rules of its network ask for.</summary>
internal sealed class RouteReconciler(ClusterTable clusters, ILogger<RouteReconciler> logger)
{
    private const string Label = "lab.dev/managed-by";
    private const string Value = "google-emulator";

    public async Task ReconcileAsync(Project project, Cluster cluster, CancellationToken cancellation)
    {
        var api = cluster.Process!.Api;
        var rules = project.Compute.Firewalls.Select(resource => FirewallRule.Read(resource.Body)).OfType<FirewallRule>();
        var wanted = PodPaths.Into(cluster.Plan, rules, clusters.All.Where(peer => peer.Plan.Project == project.Id).Select(peer => peer.Plan))
            .ToDictionary(path => $"firewall-{path.Key.ShortName}", path => path);
        var list = await api.ListAsync(KubeResource.PodRoutes, null, $"labelSelector={Uri.EscapeDataString(Label)}%3D{Value}", cancellation);
        var found = list["items"].Objects().Where(route => !route.IsBeingDeleted()).ToDictionary(route => route.Name());
        foreach (var (name, (peer, range)) in wanted)
        {
            if (found.GetValueOrDefault(name)?["spec"]?["peerCIDR"]?.ToString() != range.ToString())
            {
                await api.ApplyAsync(KubeResource.PodRoutes, null, Route(name, peer, range), cancellation);
                logger.LogInformation("{Cluster} lets in pods of {Peer}: {Range}", cluster.Plan.Name, peer.Name, range);
            }
        }

        foreach (var name in found.Keys.Except(wanted.Keys))
        {
            await api.DeleteAsync(KubeResource.PodRoutes, null, name, cancellation);
            logger.LogInformation("{Cluster} lets in {Route} no more", cluster.Plan.Name, name);
        }
    }

    private static JsonObject Route(string name, ClusterPlan peer, IPNetwork range) => new()
    {
        ["apiVersion"] = KubeResource.PodRoutes.ApiVersion,
        ["kind"] = KubeResource.PodRoutes.Kind,
        ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { [Label] = Value } },
        ["spec"] = new JsonObject { ["peerCIDR"] = range.ToString(), ["peerCluster"] = peer.ShortName },
    };
}
