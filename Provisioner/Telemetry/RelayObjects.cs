using System.Text.Json.Nodes;

namespace Provisioner.Telemetry;

/// <summary>The OTLP relay of one cluster: pods send to it inside the cluster, and the lab fetches from it through the Kubernetes API.</summary>
internal static class RelayObjects
{
    public const string Namespace = "lab-system";
    public const string Name = "otlp-relay";
    public const string Host = $"{Name}.{Namespace}.svc.cluster.local";
    public const int GrpcPort = 4317;
    public const int HttpPort = 4318;

    /// <summary>Of the pod's loopback address, which only a port-forward reaches.</summary>
    public const int DrainPort = 4319;

    public static IReadOnlyList<JsonObject> Create(string image, bool offline) =>
    [
        new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = Metadata(Namespace, null) },
        new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Service",
            ["metadata"] = Metadata(Name, Namespace),
            ["spec"] = new JsonObject
            {
                ["selector"] = Selector(),
                // The mesh reads a port's protocol from its name.
                ["ports"] = new JsonArray(Port("grpc-otlp", GrpcPort), Port("http-otlp", HttpPort)),
            },
        },
        new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "Deployment",
            ["metadata"] = Metadata(Name, Namespace),
            ["spec"] = new JsonObject
            {
                ["replicas"] = 1,
                ["selector"] = new JsonObject { ["matchLabels"] = Selector() },
                ["template"] = new JsonObject
                {
                    ["metadata"] = new JsonObject { ["labels"] = Selector() },
                    ["spec"] = new JsonObject
                    {
                        ["automountServiceAccountToken"] = false,
                        ["containers"] = new JsonArray(Container(image, offline)),
                    },
                },
            },
        },
    ];

    private static JsonObject Container(string image, bool offline) => new()
    {
        ["name"] = "relay",
        ["image"] = image,
        ["imagePullPolicy"] = offline ? "Never" : "IfNotPresent",
        ["ports"] = new JsonArray(ContainerPort("grpc-otlp", GrpcPort), ContainerPort("http-otlp", HttpPort)),
        ["readinessProbe"] = new JsonObject { ["tcpSocket"] = new JsonObject { ["port"] = HttpPort }, ["periodSeconds"] = 2 },
        ["resources"] = new JsonObject
        {
            ["requests"] = new JsonObject { ["cpu"] = "10m", ["memory"] = "48Mi" },
            ["limits"] = new JsonObject { ["memory"] = "128Mi" },
        },
        ["securityContext"] = new JsonObject
        {
            ["allowPrivilegeEscalation"] = false,
            ["runAsNonRoot"] = true,
            ["capabilities"] = new JsonObject { ["drop"] = new JsonArray("ALL") },
        },
    };

    private static JsonObject Metadata(string name, string? ns)
    {
        var metadata = new JsonObject { ["name"] = name };
        if (ns is not null)
        {
            metadata["namespace"] = ns;
        }

        metadata["labels"] = new JsonObject { ["app"] = Name, ["lab.dev/part"] = "telemetry" };
        return metadata;
    }

    private static JsonObject Selector() => new() { ["app"] = Name };

    private static JsonObject Port(string name, int port) => new() { ["name"] = name, ["port"] = port, ["targetPort"] = port };

    private static JsonObject ContainerPort(string name, int port) => new() { ["name"] = name, ["containerPort"] = port };
}
