using System.Collections.Immutable;
using System.Text.RegularExpressions;
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
        var matches = rule.Matches.Where(match => AppliesHere(match.SourceLabels, match.SourceNamespace, match.Gateways)).Select(match => new RouteMatch(match)).ToArray();
        return matches.Length == 0 && rule.Matches.Length > 0
            ? null
            : new HttpRoute
            {
                Rule = rule,
                Matches = matches,
                Retry = new RetryPolicy(rule.Retries, rule.RetryOn, rule.Backoff),
                Targets = [.. rule.Destinations.Select(destination => Compile(destination, rule, ns))],
                Mirrors = [.. rule.Mirrors.Select(mirror => (Compile(mirror.Destination, rule, ns), mirror.Percent))],
                Cors = rule.Cors is { } cors ? new CorsRules(cors) : null,
                PathRewrite = rule.RegexRewrite is { } rewrite ? Compile(rewrite.Match, rewrite.Rewrite) : null,
            };
    }

    /// <summary>RE2 names groups with a backslash, .NET with a dollar sign.</summary>
    private static (Regex, string)? Compile(string pattern, string rewrite)
    {
        try
        {
            var replacement = Regex.Replace(rewrite.Replace("$", "$$", StringComparison.Ordinal), @"\\(\d)", "$${$1}", RegexOptions.CultureInvariant);
            return (new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant), replacement);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            // The control plane has said what is wrong with it; here it rewrites nothing.
            return null;
        }
    }

    /// <summary>Conditions that hold, or do not, for all requests through this proxy.</summary>
    public bool AppliesHere(ImmutableDictionary<string, string> sourceLabels, string? sourceNamespace, ImmutableArray<string> gateways) =>
        PeerPolicy.Selects(sourceLabels, workload.Labels)
        && (sourceNamespace is null || sourceNamespace == workload.Namespace)
        && (gateways.IsEmpty || gateways.Contains(gateway));

    /// <summary>Where a destination leads; null when the mesh has none such.</summary>
    public UpstreamCluster? Cluster(MeshDestination destination, string ns)
    {
        var service = Find(snapshot, destination.Host, ns)?.SeenFrom(workload.Namespace);
        var port = destination.Port ?? (service?.Ports.Length == 1 ? service.Ports[0].Number : null);
        return service is null || port is null || !upstreams.Has(service, destination.Subset) ? null : upstreams.Cluster(service, port.Value, destination.Subset);
    }

    private RouteTarget Compile(MeshDestination destination, MeshHttpRoute rule, string ns) =>
        new(Cluster(destination, ns), destination.Weight, HeaderOperations.Of(rule.Headers, destination.Headers));

    /// <summary>Whether a virtual service is meant for this gateway, or for sidecars if that is <c>mesh</c>.</summary>
    public bool AppliesTo(MeshVirtualService service) =>
        (service.ExportTo.IsEmpty || service.ExportTo.Contains(workload.Namespace))
        && (service.Gateways.IsEmpty ? gateway == "mesh" : service.Gateways.Any(name => name == gateway || $"{service.Namespace}/{name}" == gateway));
}
