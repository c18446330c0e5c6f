using Emulator.DataPlane.Identity;
using Emulator.DataPlane.Proxy;
using Emulator.DataPlane.Upstream;
using Emulator.Mesh;

namespace Emulator.DataPlane.Routing;

/// <summary>Turns the routes of one snapshot into what one proxy executes.</summary>
internal sealed class RouteCompiler(MeshSnapshot snapshot, UpstreamRegistry.Update upstreams, ProxyWorkload workload, string gateway)
{
    private const string Suffix = ".svc.cluster.local";

    /// <summary>The rules of a virtual service that apply to this pod; what takes everything comes last.</summary>
    public IEnumerable<HttpRoute> Compile(MeshVirtualService service) =>
        service.Http.Select(rule => Compile(rule, service.Namespace)).OfType<HttpRoute>();

    /// <summary>How a service is reached that no virtual service says anything about.</summary>
    public HttpRoute Default(MeshService service, int port)
    {
        var rule = new MeshHttpRoute();
        return new HttpRoute
        {
            Rule = rule,
            Retry = new RetryPolicy(rule.Retries, rule.RetryOn),
            Targets = [new RouteTarget(upstreams.Cluster(service, port, null), 1, HeaderOperations.None)],
        };
    }

    /// <summary>The service that a host means in a namespace: its full name, or a short form.</summary>
    public static MeshService? Find(MeshSnapshot snapshot, string host, string ns) =>
        snapshot.Services.GetValueOrDefault(host)
        ?? host.Count(character => character == '.') switch
        {
            0 => snapshot.Services.GetValueOrDefault($"{host}.{ns}{Suffix}"),
            1 => snapshot.Services.GetValueOrDefault(host + Suffix),
            2 when host.EndsWith(".svc", StringComparison.Ordinal) => snapshot.Services.GetValueOrDefault(host + ".cluster.local"),
            _ => null,
        };

    private HttpRoute? Compile(MeshHttpRoute rule, string ns)
    {
        var matches = rule.Matches.Where(AppliesHere).Select(match => new RouteMatch(match)).ToArray();
        return matches.Length == 0 && rule.Matches.Length > 0
            ? null
            : new HttpRoute
            {
                Rule = rule,
                Matches = matches,
                Retry = new RetryPolicy(rule.Retries, rule.RetryOn),
                Targets = [.. rule.Destinations.Select(destination => Compile(destination, rule, ns))],
            };
    }

    /// <summary>Conditions that hold, or do not, for all requests through this proxy.</summary>
    private bool AppliesHere(MeshHttpMatch match) =>
        PeerPolicy.Selects(match.SourceLabels, workload.Labels)
        && (match.SourceNamespace is null || match.SourceNamespace == workload.Namespace)
        && (match.Gateways.IsEmpty || match.Gateways.Contains(gateway));

    private RouteTarget Compile(MeshDestination destination, MeshHttpRoute rule, string ns)
    {
        var service = Find(snapshot, destination.Host, ns);
        var port = destination.Port ?? (service?.Ports.Length == 1 ? service.Ports[0].Number : null);
        return new RouteTarget(
            service is null || port is null ? null : upstreams.Cluster(service, port.Value, destination.Subset),
            destination.Weight,
            HeaderOperations.Of(rule.Headers, destination.Headers));
    }

    /// <summary>Whether a virtual service is meant for this gateway, or for sidecars if that is <c>mesh</c>.</summary>
    public bool AppliesTo(MeshVirtualService service) =>
        service.Gateways.IsEmpty ? gateway == "mesh" : service.Gateways.Any(name => name == gateway || $"{service.Namespace}/{name}" == gateway);
}
