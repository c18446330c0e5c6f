using System.Text.Json.Nodes;
using Emulator.Mesh.Injection;
using Emulator.Storage;

namespace Emulator.Mesh.GatewayApi;

/// <summary>The objects that run a Gateway: a ServiceAccount, a Deployment of the proxy and a Service, named <c>GATEWAY-CLASS</c> as Istio names them.</summary>
internal static class GatewayDeployment
{
    private const string ServiceType = "networking.istio.io/service-type";
    private const string NameOverride = "gateway.istio.io/name-override";
    private const int StatusPort = 15021;

    public static string Name(JsonObject gateway) =>
        gateway.Annotation(NameOverride) ?? $"{gateway.Name()}-{gateway["spec"]?["gatewayClassName"].Text()}";

    public static IEnumerable<(ResourceType Type, JsonObject Node)> Objects(JsonObject gateway, RunningPilot istiod)
    {
        yield return (KnownTypes.ServiceAccounts, New(gateway, "v1", "ServiceAccount"));
        var deployment = New(gateway, "apps/v1", "Deployment");
        deployment["spec"] = new JsonObject
        {
            ["selector"] = new JsonObject { ["matchLabels"] = Selector(gateway) },
            ["template"] = Template(gateway, istiod),
        };
        yield return (KnownTypes.Deployments, deployment);
        var service = New(gateway, "v1", "Service");
        service["spec"] = new JsonObject
        {
            ["type"] = gateway.Annotation(ServiceType) ?? "LoadBalancer",
            ["selector"] = Selector(gateway),
            ["ports"] = new JsonArray([Port("status-port", StatusPort, "tcp"), .. Ports(gateway)]),
        };
        yield return (KnownTypes.Services, service);
    }

    private static JsonObject New(JsonObject gateway, string apiVersion, string kind)
    {
        var labels = Wishes(gateway, "labels");
        labels[GatewayApiTypes.GatewayNameLabel] = gateway.Name();
        labels["gateway.networking.k8s.io/gateway-class-name"] = gateway["spec"]?["gatewayClassName"].Text();
        labels["gateway.istio.io/managed"] = "istio.io-gateway-controller";
        var owner = gateway.OwnerReference(gateway["apiVersion"].Text() ?? "", "Gateway");
        owner.Remove("controller");
        owner.Remove("blockOwnerDeletion");
        return new JsonObject
        {
            ["apiVersion"] = apiVersion,
            ["kind"] = kind,
            ["metadata"] = new JsonObject
            {
                ["name"] = Name(gateway),
                ["namespace"] = gateway.Namespace(),
                ["labels"] = labels,
                ["annotations"] = Wishes(gateway, "annotations"),
                ["ownerReferences"] = new JsonArray(owner),
            },
        };
    }

    private static JsonObject Template(JsonObject gateway, RunningPilot istiod)
    {
        var labels = Wishes(gateway, "labels");
        foreach (var (key, value) in new Dictionary<string, string?>
        {
            ["sidecar.istio.io/inject"] = "false",
            ["service.istio.io/canonical-name"] = Name(gateway),
            ["service.istio.io/canonical-revision"] = "latest",
            [GatewayApiTypes.GatewayNameLabel] = gateway.Name(),
            ["gateway.networking.k8s.io/gateway-class-name"] = gateway["spec"]?["gatewayClassName"].Text(),
            ["gateway.istio.io/managed"] = "istio.io-gateway-controller",
        })
        {
            labels[key] = value;
        }

        var annotations = Wishes(gateway, "annotations");
        annotations["istio.io/rev"] = istiod.Revision;
        var pod = new JsonObject
        {
            ["metadata"] = new JsonObject { ["labels"] = labels, ["annotations"] = annotations, ["namespace"] = gateway.Namespace(), ["generateName"] = Name(gateway) },
            ["spec"] = new JsonObject { ["serviceAccountName"] = Name(gateway) },
        };
        pod["spec"]!["containers"] = new JsonArray(ProxyContainerSpec.Create(pod, istiod, gateway: true, []));
        pod["metadata"]!.AsObject().Remove("namespace");
        pod["metadata"]!.AsObject().Remove("generateName");
        return pod;
    }

    private static JsonObject Selector(JsonObject gateway) => new() { [GatewayApiTypes.GatewayNameLabel] = gateway.Name() };

    private static JsonObject Wishes(JsonObject gateway, string what) => gateway["spec"]?["infrastructure"]?[what]?.DeepClone() as JsonObject ?? [];

    private static IEnumerable<JsonObject> Ports(JsonObject gateway) => gateway["spec"]?["listeners"].Items()
        .DistinctBy(listener => listener["port"].Int())
        .Where(listener => listener["port"].Int() != StatusPort)
        .Select(listener => Port(PortName(listener["name"].Text() ?? ""), listener["port"].Int(), listener["protocol"].Text()?.ToLowerInvariant() ?? "tcp")) ?? [];

    // A port's name has at most 63 characters and no dots, a listener's may have both.
    private static string PortName(string name) => (name.Length > 63 ? name[..63] : name).Replace('.', '-').Trim('-');

    private static JsonObject Port(string name, int port, string protocol) =>
        new() { ["name"] = name, ["port"] = port, ["protocol"] = "TCP", ["appProtocol"] = protocol };
}
