using System.Globalization;
using System.Net;
using Emulator.DataPlane.Proxy;
using Emulator.Mesh;

namespace Emulator.DataPlane.Metrics;

/// <summary>The labels of Istio's standard metrics, as one proxy sees the mesh now.</summary>
/// <param name="principal">The proxy's own identity, or null before it has one.</param>
internal sealed class RequestLabels(MeshSnapshot? snapshot, ProxyWorkload workload, string? principal)
{
    private const string Unknown = "unknown";

    private readonly PeerFacts own = PeerFacts.Of(workload, principal, snapshot?.Cluster ?? Unknown);

    /// <summary>In the order in which Istio's proxies have them.</summary>
    public OrderedDictionary<string, string> Of(in RequestKey key)
    {
        var (source, destination) = key.IsSource ? (own, key.Peer) : (key.Peer, own);
        var labels = new OrderedDictionary<string, string> { ["reporter"] = key.IsSource ? "source" : "destination" };
        Add(labels, "source", source, key);
        Add(labels, "destination", destination, key);
        var (host, name, ns) = Service(key);
        labels["destination_service"] = host;
        labels["destination_canonical_service"] = destination.CanonicalService;
        labels["destination_canonical_revision"] = destination.CanonicalRevision;
        labels["destination_service_name"] = name;
        labels["destination_service_namespace"] = ns;
        labels["destination_cluster"] = destination.Cluster;
        labels["request_protocol"] = key.IsGrpc ? "grpc" : "http";
        labels["response_code"] = key.Status.ToString(CultureInfo.InvariantCulture);
        labels["grpc_response_status"] = "";
        labels["response_flags"] = key.Flags ?? "-";
        labels["connection_security_policy"] = key.IsSource ? Unknown : key.Peer.Principal == Unknown ? "none" : "mutual_tls";
        return labels;
    }

    private static void Add(OrderedDictionary<string, string> labels, string side, PeerFacts peer, in RequestKey key)
    {
        labels[$"{side}_workload"] = peer.Workload;
        if (side == "source")
        {
            labels["source_canonical_service"] = peer.CanonicalService;
            labels["source_canonical_revision"] = peer.CanonicalRevision;
        }

        labels[$"{side}_workload_namespace"] = peer.Namespace;

        // Of plain text neither side knows who the other is.
        labels[$"{side}_principal"] = key.Peer.Principal == Unknown ? Unknown : peer.Principal;
        labels[$"{side}_app"] = peer.App;
        labels[$"{side}_version"] = peer.Version;
        if (side == "source")
        {
            labels["source_cluster"] = peer.Cluster;
        }
    }

    private (string Host, string Name, string Namespace) Service(RequestKey key)
    {
        if (key.IsSource)
        {
            return key.Target?.Split('|') is not [_, _, _, var host] ? (key.Target ?? Unknown, key.Target ?? Unknown, Unknown)
                : snapshot?.Services.GetValueOrDefault(host)?.SeenFrom(workload.Namespace) is { } service ? Named(service)
                : (host, host, Unknown);
        }

        var address = new IPEndPoint(workload.Address, key.Port);
        return snapshot?.Services.Values.FirstOrDefault(item => item.Endpoints.Any(endpoint => endpoint.Address.Equals(address))) is { } found ? Named(found) : (Unknown, Unknown, workload.Namespace);
    }

    /// <summary>The name of a ServiceEntry's service is its host.</summary>
    private static (string Host, string Name, string Namespace) Named(MeshService service) =>
        (service.Host, service.Host.EndsWith(".svc.cluster.local", StringComparison.Ordinal) ? service.Name : service.Host, service.Namespace);
}
