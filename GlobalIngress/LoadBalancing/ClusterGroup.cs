using GlobalIngress.Fleet;

namespace GlobalIngress.LoadBalancing;

/// <summary>A backend service's endpoints in one cluster.</summary>
internal sealed class ClusterGroup(Member cluster, IReadOnlyList<Endpoint> endpoints)
{
    private volatile Endpoint[] healthy = [.. endpoints.Where(endpoint => endpoint.IsHealthy)];
    private int next;

    public Member Cluster => cluster;

    public IReadOnlyList<Endpoint> Endpoints => endpoints;

    /// <summary>Takes note of the endpoints' present health.</summary>
    public void Refresh() => healthy = [.. endpoints.Where(endpoint => endpoint.IsHealthy)];

    /// <summary>The next healthy endpoint in turn, or the one that suits a key; null when there is none.</summary>
    public Endpoint? Next(ulong? key)
    {
        var candidates = healthy;
        return candidates.Length == 0 ? null
            : key is { } wanted ? candidates.FirstOrDefault(endpoint => endpoint.Identity == wanted) ?? candidates.MaxBy(endpoint => Affinity.Mix(endpoint.Identity ^ wanted))
            : candidates[(uint)Interlocked.Increment(ref next) % (uint)candidates.Length];
    }
}
