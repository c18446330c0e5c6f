using System.Collections.Concurrent;
using System.Net;
using Emulator.DataPlane.Proxy;
using Emulator.DataPlane.Routing;
using Emulator.DataPlane.Streams;
using Emulator.DataPlane.Upstream;
using Emulator.Mesh;

namespace Emulator.DataPlane.Outbound;

/// <summary>Where a sidecar sends what its pod asks for, by one snapshot; each service's routes are compiled when they are first needed.</summary>
internal sealed class OutboundTable
{
    private readonly ConcurrentDictionary<(string Host, int Port), HttpRoute[]> compiled = new();
    private readonly UpstreamRegistry.Update upstreams;
    private readonly RouteCompiler compiler;
    private readonly MeshSnapshot snapshot;
    private readonly string ns;
    private readonly IPAddress own;
    private readonly EgressScope egress;

    public OutboundTable(MeshSnapshot snapshot, ProxyState state)
    {
        this.snapshot = snapshot;
        (ns, own) = (state.Workload.Namespace, state.Workload.Address);
        egress = EgressScope.For(snapshot, state.Workload);
        upstreams = state.Upstreams.Begin(snapshot);
        compiler = new RouteCompiler(snapshot, upstreams, state.Workload, "mesh");
    }

    public long Version => snapshot.Version;

    /// <summary>Whether the pod reaches nothing but what the mesh knows.</summary>
    public bool RegistryOnly => egress.RegistryOnly;

    /// <summary>The service that a name or cluster address means to this pod; null when the mesh has none that the pod may know.</summary>
    public MeshService? Find(string host, int port) =>
        (IPAddress.TryParse(host, out var address)
            ? snapshot.Services.Values.FirstOrDefault(service => service.ClusterAddresses.Contains(address))
            : RouteCompiler.Find(snapshot, host, ns) ?? Wildcard(host))?.SeenFrom(ns) is { } found && egress.Covers(found, port) ? found : null;

    /// <summary>A ServiceEntry for all names below a domain.</summary>
    private MeshService? Wildcard(string host) => snapshot.Services.Values
        .Where(service => service.Host.StartsWith("*.", StringComparison.Ordinal) && host.EndsWith(service.Host[1..], StringComparison.OrdinalIgnoreCase))
        .MaxBy(service => service.Host.Length);

    public HttpRoute[] Routes(MeshService service, int port)
    {
        if (compiled.TryGetValue((service.Host, port), out var known))
        {
            return known;
        }

        // Clusters are made one at a time; requests that are routed already go on meanwhile.
        lock (compiled)
        {
            return compiled.GetOrAdd((service.Host, port), _ => Compile(service, port));
        }
    }

    /// <summary>Where a connection to a service's port goes that is not HTTP; null where a rule leads to nothing.</summary>
    public UpstreamCluster? Stream(MeshService service, IPEndPoint target, string? serverName)
    {
        lock (compiled)
        {
            var streams = new StreamCompiler(compiler);
            var rule = snapshot.VirtualServices.Where(candidate => !candidate.Streams.IsEmpty && compiler.AppliesTo(candidate) && Rules(candidate, service))
                .SelectMany(streams.Compile).FirstOrDefault(route => (serverName is not null || !route.IsTls) && route.Takes(serverName, target.Port, own, target.Address));
            return rule is null ? upstreams.Cluster(service, target.Port, null) : rule.Choose();
        }
    }

    /// <summary>Closes what the former table used and this one has not asked for.</summary>
    public void Commit(OutboundTable? former)
    {
        foreach (var (host, port) in former?.compiled.Keys ?? [])
        {
            if (snapshot.Services.GetValueOrDefault(host)?.SeenFrom(ns) is { } service)
            {
                Routes(service, port);
            }
        }

        upstreams.Commit();
    }

    private HttpRoute[] Compile(MeshService service, int port)
    {
        // One without rules for this pod and for HTTP leaves the service as it is, as in Istio.
        var ruled = snapshot.VirtualServices.Where(candidate => compiler.AppliesTo(candidate) && Rules(candidate, service)).Select(candidate => compiler.Compile(candidate).ToArray());
        return ruled.FirstOrDefault(routes => routes.Length > 0) ?? [compiler.Default(service, port)];
    }

    private bool Rules(MeshVirtualService candidate, MeshService service) => candidate.Hosts.Any(host =>
        RouteCompiler.Find(snapshot, host, candidate.Namespace)?.Host == service.Host
        || (host.StartsWith('*') && HostTable.Intersect(host, service.Host) is not null));
}
