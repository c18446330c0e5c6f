using System.Text.Json.Nodes;
using Emulator.Mesh.Discovery;

namespace Emulator.Mesh.Diagnostics;

/// <summary>istiod's debug pages.</summary>
internal static class DebugPages
{
    /// <summary>The clusters that istiod knows, its own first: <c>[{"id":"us","secretName":"","syncStatus":"synced"}, …]</c>.</summary>
    public static JsonArray Clusters(Pilot pilot) =>
    [
        Cluster(pilot.Options.Cluster, "", pilot.Ready ? "synced" : "syncing", ""),
        .. pilot.Remotes.Select(remote => Cluster(remote.Key.Cluster, remote.Key.SecretName, remote.Status, remote.Message)),
    ];

    /// <summary>Every endpoint of every service port.</summary>
    public static JsonArray Endpoints(Pilot pilot) =>
    [
        .. Services(pilot).SelectMany(service => service.Ports.Select(port => (JsonNode)new JsonObject
        {
            ["svc"] = $"{service.Host}:{(port.Name.Length > 0 ? port.Name : port.Number)}",
            ["ep"] = new JsonArray(
                [.. service.Endpoints.Where(endpoint => endpoint.ServicePort == port.Number).Select(endpoint => Endpoint(service, port, endpoint))]),
        })),
    ];

    public static JsonArray Registry(Pilot pilot) =>
    [
        .. Services(pilot).Select(service => (JsonNode)new JsonObject
        {
            ["Attributes"] = new JsonObject { ["ServiceRegistry"] = "Kubernetes", ["Name"] = service.Name, ["Namespace"] = service.Namespace },
            ["hostname"] = service.Host,
            ["clusterVIPs"] = new JsonObject
            {
                ["Addresses"] = new JsonObject { [pilot.Options.Cluster] = new JsonArray([.. service.ClusterAddresses.Select(address => JsonValue.Create(address.ToString()))]) },
            },
            ["ports"] = new JsonArray(
                [.. service.Ports.Select(port => new JsonObject { ["name"] = port.Name, ["port"] = port.Number, ["protocol"] = port.Protocol })]),
        }),
    ];

    /// <summary>Istio's resources, as the snapshot was made of them.</summary>
    public static JsonArray Config(Pilot pilot) =>
        [.. (pilot.Configuration ?? []).Select(node =>
        {
            var copy = (JsonObject)node.DeepClone();
            (copy["metadata"] as JsonObject)?.Remove("managedFields");
            return (JsonNode)copy;
        })];

    /// <summary>The proxies, which all read the same snapshot at once.</summary>
    public static JsonArray Sync(Pilot pilot) =>
    [
        .. pilot.Proxies().Select(pod => (JsonNode)new JsonObject
        {
            ["cluster_id"] = pilot.Options.Cluster,
            ["proxy"] = pod,
            ["istio_version"] = pilot.Options.Version,
            ["cluster_sent"] = pilot.Snapshot?.Version.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "",
            ["cluster_acked"] = pilot.Snapshot?.Version.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "",
        }),
    ];

    public static JsonArray Findings(Pilot pilot) =>
    [
        .. pilot.Findings.Select(finding => (JsonNode)new JsonObject
        {
            ["code"] = finding.Code,
            ["level"] = finding.Level,
            ["origin"] = $"{finding.Kind} {finding.Namespace}/{finding.Name}",
            ["message"] = finding.Message,
        }),
    ];

    private static IEnumerable<MeshService> Services(Pilot pilot) =>
        pilot.Snapshot?.Services.Values.OrderBy(service => service.Host, StringComparer.Ordinal) ?? Enumerable.Empty<MeshService>();

    private static JsonObject Cluster(string id, string secret, string status, string message)
    {
        var node = new JsonObject { ["id"] = id, ["secretName"] = secret, ["syncStatus"] = status };
        if (message.Length > 0)
        {
            node["message"] = message;
        }

        return node;
    }

    private static JsonObject Endpoint(MeshService service, MeshPort port, MeshEndpoint endpoint) => new()
    {
        ["Service"] = new JsonObject { ["hostname"] = service.Host, ["Attributes"] = new JsonObject { ["Name"] = service.Name, ["Namespace"] = service.Namespace } },
        ["ServicePort"] = new JsonObject { ["name"] = port.Name, ["port"] = port.Number, ["protocol"] = port.Protocol },
        ["Endpoint"] = new JsonObject
        {
            ["Addresses"] = new JsonArray(endpoint.Address.Address.ToString()),
            ["EndpointPort"] = endpoint.Address.Port,
            ["ServicePortName"] = port.Name,
            ["Labels"] = new JsonObject(endpoint.Labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value))),
            ["ServiceAccount"] = endpoint.Identity ?? "",
            ["Network"] = "",
            ["Locality"] = new JsonObject { ["Label"] = $"{endpoint.Region}/{endpoint.Zone}", ["ClusterID"] = endpoint.Cluster },
            ["TLSMode"] = endpoint.Identity is null ? "disabled" : "istio",
            ["Namespace"] = endpoint.Namespace,
            ["WorkloadName"] = endpoint.Pod,
            ["HealthStatus"] = 1,
        },
    };
}
