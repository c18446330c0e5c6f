using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Emulator.Mesh.Conversion;
using Emulator.Storage;

namespace Emulator.Mesh.GatewayApi;

/// <summary>Gathers the rules of all routes by where they hold, so that those of one host can be put in order.</summary>
internal sealed class RouteTables(IReadOnlyDictionary<string, MeshService> services, Grants grants, List<Listener> listeners)
{
    private readonly Attachments attachments = new(services, listeners.ToLookup(listener => (listener.Gateway.Namespace(), listener.Gateway.Name())));
    private readonly Dictionary<(string Gateway, string Host), List<(RoutePrecedence Precedence, MeshHttpRoute Route)>> http = [];
    private readonly Dictionary<(string Gateway, string Host), List<MeshStreamRoute>> streams = [];

    // Rules for calls between pods, by service and by the namespace that alone sees them ("" for all).
    private readonly Dictionary<(string Service, string Callers), List<(RoutePrecedence Precedence, MeshHttpRoute Route)>> mesh = [];

    private readonly Dictionary<(string Service, string Callers), List<MeshStreamRoute>> meshStreams = [];

    /// <summary>Puts a route where its parents want it, and tells what to say of it; null: none of its parents is ours.</summary>
    public WantedStatus? Add(JsonObject route)
    {
        var parents = attachments.Of(route).ToList();
        if (parents.Count == 0)
        {
            return null;
        }

        var backends = new Backends(services, grants, route);
        var isHttp = route.Kind() is "HTTPRoute" or "GRPCRoute";
        var rules = isHttp ? HttpRules.Convert(route, backends).ToList() : [];
        var raw = isHttp ? [] : StreamRules(route, backends).ToList();
        foreach (var parent in parents.Where(parent => parent.Refused is null))
        {
            foreach (var (listener, hosts) in parent.Listeners)
            {
                listener.AttachedRoutes++;
                foreach (var host in hosts)
                {
                    Append(http, (listener.MeshReference, host), rules);
                    Append(streams, (listener.MeshReference, listener.Host), raw);
                }
            }

            foreach (var service in parent.Services)
            {
                var key = (service, services[service].Namespace == route.Namespace() ? "" : route.Namespace());
                Append(mesh, key, OnPort(rules, parent.Port, services[service]));
                Append(meshStreams, key, parent.Port is null ? raw : [.. raw.Select(rule => OnPort(rule, parent.Port.Value))]);
            }
        }

        return RouteStatus.Of(route, parents, backends.Unresolved);
    }

    public IEnumerable<MeshVirtualService> VirtualServices()
    {
        foreach (var ((gateway, host), rules) in http)
        {
            yield return New(gateway, host, gateway, [.. rules.OrderBy(rule => rule.Precedence).Select(rule => rule.Route)]);
        }

        foreach (var ((gateway, host), rules) in streams)
        {
            yield return New(gateway, host, gateway, []) with { Streams = [.. rules] };
        }

        foreach (var ((service, callers), rules) in mesh.OrderBy(entry => entry.Key.Callers.Length == 0))
        {
            yield return New(service, service, "mesh", [.. rules.OrderBy(rule => rule.Precedence).Select(rule => rule.Route)]) with
            {
                ExportTo = callers.Length == 0 ? [] : [callers],
            };
        }

        foreach (var ((service, callers), rules) in meshStreams.OrderBy(entry => entry.Key.Callers.Length == 0))
        {
            yield return New(service, service, "mesh", []) with { Streams = [.. rules], ExportTo = callers.Length == 0 ? [] : [callers] };
        }
    }

    private static MeshStreamRoute OnPort(MeshStreamRoute rule, int port) => rule with
    {
        Matches = rule.Matches.IsEmpty
            ? [new MeshStreamMatch([], port, ImmutableDictionary<string, string>.Empty, [])]
            : [.. rule.Matches.Select(match => match with { Port = port })],
    };

    private static MeshVirtualService New(string name, string host, string gateway, ImmutableArray<MeshHttpRoute> rules) =>
        new(name.Split('/')[0], $"{name}~{host}", [host], [gateway], rules);

    private static void Append<TKey, TItem>(Dictionary<TKey, List<TItem>> lists, TKey key, List<TItem> items)
        where TKey : notnull
    {
        if (items.Count > 0)
        {
            (lists.TryGetValue(key, out var known) ? known : lists[key] = []).AddRange(items);
        }
    }

    /// <summary>Rules of one port of a service; its other ports go on as if there were none.</summary>
    private static List<(RoutePrecedence, MeshHttpRoute)> OnPort(List<(RoutePrecedence Precedence, MeshHttpRoute Route)> rules, int? port, MeshService service)
    {
        if (port is null)
        {
            return rules;
        }

        var others = service.Ports.Where(other => other.Number != port).Select(other => new MeshHttpRoute
        {
            Matches = [new MeshHttpMatch { Port = other.Number }],
            Destinations = [new MeshDestination(service.Host, null, other.Number, 1, new MeshHeaderOperations())],
        });
        return
        [
            .. rules.Select(rule => (rule.Precedence, rule.Route with
            {
                Matches = rule.Route.Matches.IsEmpty ? [new MeshHttpMatch { Port = port }] : [.. rule.Route.Matches.Select(match => match with { Port = port })],
            })),
            .. others.Select(other => (RoutePrecedence.Of(null, "~", 0), other)),
        ];
    }

    private static IEnumerable<MeshStreamRoute> StreamRules(JsonObject route, Backends backends)
    {
        var isTls = route.Kind() == "TLSRoute";
        foreach (var rule in route["spec"]?["rules"].Items() ?? [])
        {
            var destinations = rule["backendRefs"].Items().Select(backends.Resolve).OfType<MeshDestination>().ToImmutableArray();
            if (!destinations.IsEmpty)
            {
                yield return new MeshStreamRoute(
                    isTls,
                    isTls && route["spec"]?["hostnames"].Texts().ToImmutableArray() is { IsEmpty: false } names
                        ? [new MeshStreamMatch(names, null, ImmutableDictionary<string, string>.Empty, [])]
                        : [],
                    destinations);
            }
        }
    }
}
