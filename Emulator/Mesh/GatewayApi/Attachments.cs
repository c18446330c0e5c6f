using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Emulator.DataPlane.Routing;
using Emulator.Mesh.Conversion;
using Emulator.Storage;

namespace Emulator.Mesh.GatewayApi;

/// <summary>Finds the parents of routes.</summary>
internal sealed class Attachments(IReadOnlyDictionary<string, MeshService> services, ILookup<(string Namespace, string Name), Listener> listeners)
{
    /// <summary>The parents that this control plane speaks for; others are left to their own controllers.</summary>
    public IEnumerable<Attachment> Of(JsonObject route) =>
        route["spec"]?["parentRefs"].Items().Select(parent => Of(route, parent)).OfType<Attachment>() ?? [];

    private Attachment? Of(JsonObject route, JsonObject parent)
    {
        var name = parent["name"].Text() ?? "";
        var ns = parent["namespace"].Text() ?? route.Namespace();
        var port = parent["port"].AsLong() is { } number ? (int)number : (int?)null;
        switch (parent["kind"].Text() ?? "Gateway")
        {
            case "Service":
                var host = HostNames.OfService(ns, name);
                return new Attachment(
                    parent, [], [host], port,
                    services.ContainsKey(host) ? null : new Problem("NoMatchingParent", $"parent service: \"{host}\" not found"));
            case "ServiceEntry":
                var hosts = services.Values.SelectMany(service => service.Others.Add(service))
                    .Where(service => service.Namespace == ns && service.Name == name && !service.Host.EndsWith($".{HostNames.Domain}", StringComparison.Ordinal))
                    .Select(service => service.Host)
                    .ToImmutableArray();
                return new Attachment(parent, [], hosts, port, hosts.IsEmpty ? new Problem("NoMatchingParent", $"parent service entry: \"{ns}/{name}\" not found") : null);
            case "Gateway" when listeners.Contains((ns, name)):
                return ToGateway(route, parent, [.. listeners[(ns, name)]], parent["sectionName"].Text(), port);
            default:
                return null;
        }
    }

    private static Attachment ToGateway(JsonObject route, JsonObject parent, List<Listener> all, string? section, int? port)
    {
        Attachment Refuse(string reason, string message) => new(parent, [], [], port, new Problem(reason, message));

        var named = all.Where(listener => (section is null || listener.Name == section) && (port is null || listener.Port == port)).ToList();
        if (named.Count == 0)
        {
            return Refuse("NoMatchingParent", $"no listener of the gateway has {(section is null ? $"port {port}" : $"name \"{section}\"")}: it has {string.Join(", ", all.Select(listener => $"{listener.Name} ({listener.Port})"))}");
        }

        var ns = route.Namespace();
        var admitting = named.Where(listener => listener.Kinds.Contains(route.Kind()) && listener.Admits(ns)).ToList();
        if (admitting.Count == 0)
        {
            var takes = string.Join(", ", named.SelectMany(listener => listener.Kinds).Distinct());
            return Refuse(
                "NotAllowedByListeners",
                named.Any(listener => listener.Kinds.Contains(route.Kind()))
                    ? $"hostnames matched parent hostname, but namespace \"{ns}\" is not allowed by the parent"
                    : $"kind {route.Kind()} is not allowed; only [{takes}] is allowed");
        }

        var wanted = route["spec"]?["hostnames"].Texts().ToList() is { Count: > 0 } names ? names : ["*"];
        var matched = admitting
            .Select(listener => (listener, Hosts: wanted.Select(host => HostTable.Intersect(host, listener.Host)).OfType<string>().Distinct().ToImmutableArray()))
            .Where(item => item.Hosts.Length > 0)
            .ToImmutableArray();
        return matched.IsEmpty
            ? Refuse("NoMatchingListenerHostname", $"no hostnames matched parent hostname \"{string.Join(", ", admitting.Select(listener => listener.Host))}\"")
            : new Attachment(parent, matched, [], port, null);
    }
}
