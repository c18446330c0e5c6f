using GlobalIngress.Frontend;
using GlobalIngress.LoadBalancing;
using GlobalIngress.Resources;

namespace GlobalIngress.Controller;

/// <summary>Makes the load balancer's routing table out of what the clusters hold.</summary>
internal sealed class LoadBalancerFeed(LoadBalancer loadBalancer, EndpointRegistry registry, TlsFrontend tls)
{
    public void Apply(FleetView view)
    {
        tls.Take(view.Frontend.Certificates);
        var endpoints = registry.Update(view.Backends.SelectMany(plan => plan.Clusters).SelectMany(cluster => cluster.Endpoints));
        var pools = view.Backends.ToDictionary(plan => plan.Backend, plan => new BackendPool(plan.Backend, plan.Settings, Groups(plan, endpoints)));
        loadBalancer.Table = view.Serving is { DefaultBackend: { } backend } ingress
            ? new RoutingTable(ingress.Key, pools[backend], Routes(ingress, pools), view.Frontend.Settings.RedirectStatus)
            : RoutingTable.Empty;
        // Health may have changed between the making of a group and now.
        loadBalancer.Refresh();
    }

    private static ClusterGroup[] Groups(BackendPlan plan, IReadOnlyDictionary<EndpointKey, LoadBalancing.Endpoint> endpoints) =>
        [.. plan.Clusters.Select(cluster => new ClusterGroup(cluster.Member, [.. cluster.Endpoints.Distinct().Select(key => endpoints[key])]))];

    private static RequestRoute[] Routes(MultiClusterIngress ingress, Dictionary<IngressBackend, BackendPool> pools) =>
        [.. ingress.Paths.Select(path => new RequestRoute(path.Host, path.Path, pools[path.Backend])).OrderByDescending(route => route.Rank)];
}
