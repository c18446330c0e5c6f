using System.Text.Json.Nodes;
using GlobalIngress.Kubernetes;

namespace GlobalIngress.Resources;

/// <summary>The headless Service that stands for a MultiClusterService in a member cluster.</summary>
internal sealed record DerivedService(string Namespace, string Name, string Parent, JsonObject Body)
{
    public const string ManagedByLabel = "app.kubernetes.io/managed-by";
    public const string ManagedBy = "multi-cluster-ingress-controller";
    public const string ParentAnnotation = "networking.gke.io/multiclusterservice-parent";

    public string Key => $"{Namespace}/{Name}";

    public static DerivedService Of(MultiClusterService service)
    {
        var name = ResourceNames.DerivedService(service.Namespace, service.Name);
        var exposed = new JsonObject(service.Ports.DistinctBy(port => port.Port)
            .Select(port => KeyValuePair.Create(port.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), (JsonNode?)new JsonObject())));
        var body = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Service",
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["namespace"] = service.Namespace,
                ["labels"] = new JsonObject { [ManagedByLabel] = ManagedBy },
                ["annotations"] = new JsonObject
                {
                    ["cloud.google.com/neg"] = new JsonObject { ["exposed_ports"] = exposed }.ToJsonString(),
                    [ParentAnnotation] = new JsonObject { ["namespace"] = service.Namespace, ["name"] = service.Name }.ToJsonString(),
                },
            },
            ["spec"] = new JsonObject
            {
                ["type"] = "ClusterIP",
                ["clusterIP"] = "None",
                ["selector"] = new JsonObject(service.Selector.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
                ["ports"] = new JsonArray([.. service.Ports.Select(Port)]),
            },
        };
        return new DerivedService(service.Namespace, name, service.Key, body);
    }

    /// <summary>Whether a Service is what this one asks for; what the cluster added does not matter.</summary>
    public bool IsMetBy(JsonObject service) =>
        Contains(service.Object("metadata").Object("annotations"), Body.Object("metadata").Object("annotations")!)
        && Contains(service.Object("metadata").Object("labels"), Body.Object("metadata").Object("labels")!)
        && JsonNode.DeepEquals(service.Object("spec").Object("selector"), Body.Object("spec").Object("selector"))
        && service.Object("spec").Objects("ports").ToArray() is var ports
        && Body.Object("spec").Objects("ports").ToArray() is var wanted
        && ports.Length == wanted.Length
        && ports.Zip(wanted).All(pair => Contains(pair.First, pair.Second));

    private static JsonNode Port(ServicePort port)
    {
        var body = new JsonObject
        {
            ["protocol"] = port.Protocol,
            ["port"] = port.Port,
            ["targetPort"] = int.TryParse(port.TargetPort, out var number) ? number : port.TargetPort,
        };
        if (port.Name.Length > 0)
        {
            body["name"] = port.Name;
        }

        return body;
    }

    private static bool Contains(JsonObject? actual, JsonObject wanted) => wanted.All(pair => actual.Text(pair.Key) == pair.Value?.ToString());
}
