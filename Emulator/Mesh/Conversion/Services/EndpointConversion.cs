using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using Emulator.Mesh.Certificates;
using Emulator.Network;
using Emulator.Storage;

namespace Emulator.Mesh.Conversion;

/// <summary>EndpointSlices, with what their pods and nodes say about each endpoint.</summary>
internal sealed class EndpointConversion
{
    private readonly ClusterObjects objects;
    private readonly bool local;
    private readonly string trustDomain;
    private readonly Dictionary<(string, string), JsonObject> pods = [];
    private readonly Dictionary<string, JsonObject> nodes = [];
    private readonly ILookup<(string, string), JsonObject> slices;

    public EndpointConversion(ClusterObjects objects, bool local, string trustDomain)
    {
        this.objects = objects;
        this.local = local;
        this.trustDomain = trustDomain;
        foreach (var pod in objects.Pods)
        {
            pods[(pod.Namespace(), pod.Name())] = pod;
        }

        foreach (var node in objects.Nodes)
        {
            nodes[node.Name()] = node;
        }

        slices = objects.EndpointSlices.ToLookup(slice => (slice.Namespace(), slice.Label("kubernetes.io/service-name") ?? ""));
    }

    /// <summary>The ready endpoints of a Service, for each of its ports.</summary>
    public IEnumerable<MeshEndpoint> Of(JsonObject service)
    {
        var seen = new HashSet<(int, IPEndPoint)>();
        var ports = service["spec"]?["ports"].Items().ToList() ?? [];
        foreach (var slice in slices[(service.Namespace(), service.Name())])
        {
            foreach (var slicePort in slice["ports"].Items())
            {
                var name = slicePort["name"].Text() ?? "";
                if (ports.FirstOrDefault(port => (port["name"].Text() ?? "") == name) is not { } port || slicePort["port"].AsLong() is not { } number)
                {
                    continue;
                }

                foreach (var endpoint in slice["endpoints"].Items().Where(IsReady))
                {
                    foreach (var address in endpoint["addresses"].Texts())
                    {
                        if (IPAddress.TryParse(address, out var ip) && seen.Add((port["port"].Int(), new IPEndPoint(ip, (int)number))))
                        {
                            yield return Convert(service.Namespace(), endpoint, port["port"].Int(), new IPEndPoint(ip, (int)number));
                        }
                    }
                }
            }
        }
    }

    // An absent condition means ready (discovery/v1 EndpointConditions).
    private static bool IsReady(JsonObject endpoint) => endpoint["conditions"]?["ready"] is not { } ready || ready.IsTrue();

    private MeshEndpoint Convert(string ns, JsonObject endpoint, int servicePort, IPEndPoint address)
    {
        var podName = endpoint["targetRef"] is { } target && target["kind"].Text() == "Pod" ? target["name"].Text() ?? "" : "";
        var pod = podName.Length > 0 ? pods.GetValueOrDefault((ns, podName)) : null;
        var nodeName = endpoint["nodeName"].Text() ?? pod?["spec"]?["nodeName"].Text();
        var node = nodeName is null ? null : nodes.GetValueOrDefault(nodeName);
        var (region, zone) = Locality(pod, node, endpoint);
        return new MeshEndpoint
        {
            ServicePort = servicePort,
            Address = address,
            // A pod of this cluster is dialled in this process; only the way to another cluster leads through the underlay.
            Underlay = !local && IPEndPoint.TryParse(node?.Annotation(IPodNetwork.UnderlayAnnotation) ?? "", out var underlay) ? underlay : null,
            Cluster = objects.Cluster,
            Pod = podName,
            Namespace = ns,
            Region = region,
            Zone = zone,
            Labels = pod is null ? ImmutableDictionary<string, string>.Empty : pod["metadata"]?["labels"].Map().ToImmutableDictionary() ?? ImmutableDictionary<string, string>.Empty,
            Identity = pod?.Label("security.istio.io/tlsMode") == "istio"
                ? MeshAuthority.SpiffeId(trustDomain, ns, pod["spec"]?["serviceAccountName"].Text() ?? "default")
                : null,
        };
    }

    private static (string Region, string Zone) Locality(JsonObject? pod, JsonObject? node, JsonObject endpoint)
    {
        // Dots stand for slashes there, since a label value cannot hold a slash: region.zone.subzone.
        if (pod?.Label("istio-locality") is { } own)
        {
            var parts = own.Split('.', '/');
            return (parts[0], parts.Length > 1 ? parts[1] : "");
        }

        return (node?.Label("topology.kubernetes.io/region") ?? "", node?.Label("topology.kubernetes.io/zone") ?? endpoint["zone"].Text() ?? "");
    }
}
