using System.Collections.Immutable;
using System.Net;
using Emulator.DataPlane.Proxy;
using Emulator.Mesh;

namespace Emulator.DataPlane.Upstream;

/// <summary>All clusters and endpoints of one proxy. A new snapshot keeps the endpoints it still has, with their connections and their health.</summary>
/// <param name="firstTurn">
/// The endpoint that each round begins with. Envoy begins anywhere; proxies that all began with the first one would together ask it for as long
/// as there are proxies.
/// </param>
internal sealed class UpstreamRegistry(UpstreamContext context, ProxyWorkload workload, int firstTurn) : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, ClusterTurn> turns = [];
    private readonly Dictionary<string, CircuitBreaker> breakers = [];
    private Dictionary<(string Cluster, IPEndPoint Address, IPEndPoint? Underlay, string? Identity), UpstreamEndpoint> endpoints = [];

    private ProxyWorkload Workload => workload;

    private int FirstTurn => firstTurn;

    /// <summary>Every endpoint in use, for the admin port.</summary>
    public IReadOnlyList<(string Cluster, UpstreamEndpoint Endpoint)> All
    {
        get
        {
            lock (gate)
            {
                return [.. endpoints.Select(entry => (entry.Key.Cluster, entry.Value))];
            }
        }
    }

    /// <summary>The breakers of all clusters that have limits, for the admin port.</summary>
    public IReadOnlyList<(string Cluster, CircuitBreaker Breaker)> Breakers
    {
        get
        {
            lock (gate)
            {
                return [.. breakers.Select(entry => (entry.Key, entry.Value))];
            }
        }
    }

    /// <summary>Builds the clusters that one snapshot asks for; endpoints that are not asked for again are closed on <see cref="Update.Commit"/>.</summary>
    public Update Begin(MeshSnapshot snapshot) => new(this, snapshot);

    /// <summary>Closes connections that nobody has used for long, and those whose peer has fallen silent.</summary>
    public void Sweep()
    {
        foreach (var (_, endpoint) in All)
        {
            endpoint.Sweep();
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            foreach (var endpoint in endpoints.Values)
            {
                endpoint.Dispose();
            }

            endpoints = [];
        }
    }

    /// <summary>Puts the clusters in turns, so that going round takes one of each cluster and not all of one first.</summary>
    private static MeshEndpoint[] Interleave(IEnumerable<MeshEndpoint> all, string own)
    {
        var queues = all
            .GroupBy(endpoint => endpoint.Cluster)
            .OrderByDescending(group => group.Key == own).ThenBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => group.OrderBy(endpoint => endpoint.Address.ToString(), StringComparer.Ordinal).ToArray())
            .ToArray();
        var longest = queues.Length == 0 ? 0 : queues.Max(queue => queue.Length);
        return [.. Enumerable.Range(0, longest).SelectMany(i => queues.Where(queue => i < queue.Length).Select(queue => queue[i]))];
    }

    /// <summary>The clusters of one snapshot in the making.</summary>
    internal sealed class Update(UpstreamRegistry registry, MeshSnapshot snapshot)
    {
        private readonly Dictionary<(string, IPEndPoint, IPEndPoint?, string?), UpstreamEndpoint> kept = [];
        private readonly Dictionary<string, UpstreamCluster> clusters = [];

        public UpstreamCluster Cluster(MeshService service, int port, string? subsetName)
        {
            var name = $"outbound|{port}|{subsetName}|{service.Host}";
            if (clusters.TryGetValue(name, out var known))
            {
                return known;
            }

            var (general, subsets) = Rules(service);
            var subset = subsetName is null ? null : subsets.GetValueOrDefault(subsetName);
            var policy = subset?.Policy ?? general;
            policy = policy.Ports.GetValueOrDefault(port) ?? policy;
            policy = policy.Tls is { SubjectNames.IsEmpty: true } tls && !service.SubjectNames.IsEmpty ? policy with { Tls = tls with { SubjectNames = service.SubjectNames } } : policy;
            var chosen = subsetName is not null && subset is null
                ? []
                : service.Endpoints.Where(endpoint => endpoint.ServicePort == port && Selects(subset, endpoint.Labels));
            var serverName = $"outbound_.{port}_.{subsetName}_.{service.Host}";
            var members = Interleave(chosen, snapshot.Cluster).Select(endpoint => Endpoint(name, endpoint, serverName, policy)).ToArray();
            lock (registry.gate)
            {
                var turn = registry.turns.TryGetValue(name, out var begun) ? begun : registry.turns[name] = new ClusterTurn(registry.FirstTurn);
                var groups = LocalityGroups.Of(members, policy, snapshot, registry.Workload);
                return clusters[name] = new UpstreamCluster(name, policy, members, groups, turn, registry.Breaker(name, policy));
            }
        }

        /// <summary>Whether the workload's rules have such a subset; without one Envoy has no cluster of the name.</summary>
        public bool Has(MeshService service, string? subset) => subset is null or "" || Rules(service).Subsets.ContainsKey(subset);

        /// <summary>The rules that are in force for calls of this workload.</summary>
        private (MeshTrafficPolicy Policy, ImmutableDictionary<string, MeshSubset> Subsets) Rules(MeshService service)
        {
            var own = service.CallerPolicies.FirstOrDefault(caller => caller.Namespace == registry.Workload.Namespace && Identity.PeerPolicy.Selects(caller.Selector, registry.Workload.Labels));
            return own is null ? (service.Policy, service.Subsets) : (own.Policy, own.Subsets);
        }

        public void Commit()
        {
            lock (registry.gate)
            {
                foreach (var (key, endpoint) in registry.endpoints)
                {
                    if (!kept.ContainsKey(key))
                    {
                        endpoint.Dispose();
                    }
                }

                registry.endpoints = kept;
            }
        }

        private UpstreamEndpoint Endpoint(string cluster, MeshEndpoint endpoint, string serverName, MeshTrafficPolicy policy)
        {
            var key = (cluster, endpoint.Address, endpoint.Underlay, endpoint.Identity);
            lock (registry.gate)
            {
                var found = kept.TryGetValue(key, out var mine) ? mine
                    : registry.endpoints.TryGetValue(key, out var earlier) ? earlier
                    : registry.Create(endpoint, serverName);
                found.Policy = policy;
                return kept[key] = found;
            }
        }

        private static bool Selects(MeshSubset? subset, ImmutableDictionary<string, string> labels) =>
            subset is null || Identity.PeerPolicy.Selects(subset.Labels, labels);
    }

    private UpstreamEndpoint Create(MeshEndpoint endpoint, string serverName) => new(endpoint, serverName, context);

    private CircuitBreaker? Breaker(string name, MeshTrafficPolicy policy)
    {
        if (policy.Limits is not { Counts: true } limits)
        {
            return null;
        }

        var breaker = breakers.TryGetValue(name, out var known) ? known : breakers[name] = new CircuitBreaker();
        breaker.Limits = limits;
        return breaker;
    }
}
