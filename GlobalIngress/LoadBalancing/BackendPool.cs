using System.Collections.Concurrent;
using GlobalIngress.Fleet;
using GlobalIngress.Resources;

namespace GlobalIngress.LoadBalancing;

/// <summary>A backend service: the endpoints of one port of a MultiClusterService, cluster by cluster.</summary>
internal sealed class BackendPool(IngressBackend backend, BackendSettings settings, IReadOnlyList<ClusterGroup> groups)
{
    private readonly ConcurrentDictionary<string, ClusterGroup[]> byRegion = new();

    public IngressBackend Backend => backend;

    public BackendSettings Settings => settings;

    public IReadOnlyList<ClusterGroup> Groups => groups;

    public void Refresh()
    {
        foreach (var group in groups)
        {
            group.Refresh();
        }
    }

    /// <summary>An endpoint in the healthy cluster that is nearest to a region; null when no cluster has a healthy one.</summary>
    /// <param name="region">A known region, so that their number stays small.</param>
    /// <param name="key">What keeps a client at its endpoint, or null.</param>
    public Endpoint? Choose(string region, ulong? key)
    {
        var order = byRegion.GetOrAdd(region, static (from, all) => [.. all.OrderBy(group => Regions.Distance(from, group.Cluster.Region))], groups);
        foreach (var group in order)
        {
            if (group.Next(key) is { } endpoint)
            {
                return endpoint;
            }
        }

        return null;
    }
}
