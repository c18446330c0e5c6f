using System.Globalization;
using System.Text.Json.Nodes;
using GlobalIngress.Fleet;
using GlobalIngress.Kubernetes;
using GlobalIngress.Resources;

namespace GlobalIngress.Controller;

/// <summary>The status of a MultiClusterIngress: its address, and the names of what Google would have made for it.</summary>
internal sealed class IngressStatus(IngressOptions options, VirtualIp vip, IReadOnlyList<MemberCluster> members)
{
    private readonly ResourceNames names = new(options.Project);

    /// <summary>Why the address needs a port beside it; null where it does not.</summary>
    public string? AddressProblem => vip.Problem is null ? null : $"The VIP answers on {vip.Url}, see annotation lab.dev/url: {vip.Problem}";

    public JsonObject Of(MultiClusterIngress ingress, IReadOnlyList<ServiceState> services)
    {
        var backendServices = new SortedSet<string>(StringComparer.Ordinal);
        var groups = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var backend in ingress.Backends)
        {
            var state = services.First(service => service.Service.Key == $"{ingress.Namespace}/{backend.Service}");
            var port = state.Service.FindPort(backend.Port)!;
            backendServices.Add(names.BackendService(ingress.Namespace, backend.Service, port.Port));
            foreach (var member in state.Members)
            {
                groups.UnionWith(Zones(member).Select(zone =>
                    ResourceNames.NetworkEndpointGroup(zone, member.Link, ingress.Namespace, state.Derived.Name, port.Port)));
            }
        }

        var map = names.UrlMap(ingress.Namespace, ingress.Name);
        string[] schemes = ingress.Secrets.Count > 0 ? ["fw", "fws"] : ["fw"];
        return new JsonObject
        {
            ["CloudResources"] = new JsonObject
            {
                ["BackendServices"] = List(backendServices),
                ["Firewalls"] = List([names.Firewall()]),
                ["ForwardingRules"] = List(schemes.Select(scheme => names.ForwardingRule(scheme, ingress.Namespace, ingress.Name))),
                ["HealthChecks"] = List(backendServices),
                ["NetworkEndpointGroups"] = List(groups),
                ["TargetProxies"] = List(schemes.Select(_ => map)),
                ["UrlMap"] = map,
            },
            ["VIP"] = vip.Address.ToString(),
        };
    }

    public JsonObject Annotations(MultiClusterIngress ingress, DateTimeOffset now) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["annotations"] = new JsonObject
            {
                // Saturday, 14-Nov-20 21:46:46 UTC
                ["networking.gke.io/last-reconcile-time"] = now.ToString("dddd, dd-MMM-yy HH:mm:ss 'UTC'", CultureInfo.InvariantCulture),
                ["lab.dev/url"] = vip.Url,
                ["lab.dev/https-url"] = ingress.Secrets.Count > 0 ? vip.HttpsUrl : null,
            },
        },
    };

    private IEnumerable<string> Zones(Member member)
    {
        var zones = members.First(cluster => cluster.Member == member).Nodes.Items.Values
            .Select(node => node.Label("topology.kubernetes.io/zone")).OfType<string>().Distinct().ToArray();
        return zones.Length > 0 ? zones : [member.Location];
    }

    private static JsonArray List(IEnumerable<string> values) => new([.. values.Select(value => (JsonNode)value)]);
}
