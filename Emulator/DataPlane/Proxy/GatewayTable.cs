using System.Collections.Frozen;
using Emulator.DataPlane.Identity;
using Emulator.DataPlane.Routing;
using Emulator.DataPlane.Streams;
using Emulator.DataPlane.Upstream;
using Emulator.Mesh;

namespace Emulator.DataPlane.Proxy;

/// <summary>What one gateway listens on and where it routes, by one snapshot.</summary>
internal sealed class GatewayTable
{
    public static readonly GatewayTable Empty = new(FrozenDictionary<int, GatewayListener>.Empty);

    private readonly FrozenDictionary<int, GatewayListener> listeners;

    private GatewayTable(FrozenDictionary<int, GatewayListener> listeners) => this.listeners = listeners;

    public IReadOnlyDictionary<int, GatewayListener> Listeners => listeners;

    public GatewayListener? Find(int port) => listeners.GetValueOrDefault(port);

    public static GatewayTable Compile(MeshSnapshot snapshot, ProxyState state)
    {
        var upstreams = state.Upstreams.Begin(snapshot);
        var servers = snapshot.Gateways
            .Where(gateway => PeerPolicy.Selects(gateway.Selector, state.Workload.Labels) && (gateway.PodNamespace ?? state.Workload.Namespace) == state.Workload.Namespace)
            .SelectMany(gateway => gateway.Servers.Select(server => (gateway, server)))
            .GroupBy(pair => pair.server.Port)
            .ToList();
        Dictionary<int, GatewayListener> listeners = [];
        foreach (var group in servers)
        {
            Dictionary<string, List<HttpRoute>> hosts = new(StringComparer.OrdinalIgnoreCase);
            foreach (var (gateway, server) in group)
            {
                var compiler = new RouteCompiler(snapshot, upstreams, state.Workload, $"{gateway.Namespace}/{gateway.Name}");
                Add(hosts, snapshot, gateway, server, compiler);
            }

            var routes = hosts.ToDictionary(entry => entry.Key, entry => CatchAllLast(entry.Value), StringComparer.OrdinalIgnoreCase);
            var listener = new GatewayListener(
                group.Key, [.. group.Select(pair => Server(snapshot, pair.gateway, pair.server, upstreams, state))], new HostTable(routes));
            foreach (var port in ContainerPorts(snapshot, state, group.Key))
            {
                listeners.TryAdd(port, listener);
            }
        }

        upstreams.Commit();
        return new GatewayTable(listeners.ToFrozenDictionary());
    }

    private static void Add(
        Dictionary<string, List<HttpRoute>> hosts, MeshSnapshot snapshot, MeshGateway gateway, MeshGatewayServer server, RouteCompiler compiler)
    {
        foreach (var service in snapshot.VirtualServices.Where(compiler.AppliesTo))
        {
            HttpRoute[]? compiled = null;
            foreach (var pattern in server.Hosts)
            {
                var slash = pattern.IndexOf('/', StringComparison.Ordinal);
                var from = slash < 0 ? "*" : pattern[..slash];
                if (from != "*" && (from == "." ? gateway.Namespace : from) != service.Namespace)
                {
                    continue;
                }

                foreach (var domain in service.Hosts.Select(host => HostTable.Intersect(host, pattern[(slash + 1)..])).OfType<string>().Distinct())
                {
                    compiled ??= [.. compiler.Compile(service)];
                    (hosts.TryGetValue(domain, out var known) ? known : hosts[domain] = []).AddRange(compiled);
                }
            }
        }
    }

    /// <summary>A server with the TCP and TLS rules of the virtual services that are bound to it.</summary>
    private static GatewayServer Server(
        MeshSnapshot snapshot, MeshGateway gateway, MeshGatewayServer server, UpstreamRegistry.Update upstreams, ProxyState state)
    {
        var compiler = new RouteCompiler(snapshot, upstreams, state.Workload, $"{gateway.Namespace}/{gateway.Name}");
        var streams = new StreamCompiler(compiler);
        return new GatewayServer(server, [.. snapshot.VirtualServices.Where(compiler.AppliesTo).SelectMany(streams.Compile)], snapshot);
    }

    private static HttpRoute[] CatchAllLast(List<HttpRoute> routes) =>
        [.. routes.Where(route => route.Matches.Length > 0), .. routes.Where(route => route.Matches.Length == 0)];

    /// <summary>A server names the Service's port; its pods listen on the target port, and on the same number where another Service leads there.</summary>
    private static IEnumerable<int> ContainerPorts(MeshSnapshot snapshot, ProxyState state, int port) =>
        snapshot.Services.Values
            .SelectMany(service => service.Endpoints)
            .Where(endpoint => endpoint.ServicePort == port && endpoint.Address.Address.Equals(state.Workload.Address))
            .Select(endpoint => endpoint.Address.Port)
            .Append(port)
            .Distinct();
}
