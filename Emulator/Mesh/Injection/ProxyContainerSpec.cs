using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.Injection;

/// <summary>The container that runs the proxy.</summary>
internal static class ProxyContainerSpec
{
    public const string Name = "istio-proxy";

    public static JsonObject Create(JsonObject pod, RunningPilot istiod, bool gateway, List<string> others) => new()
    {
        ["name"] = Name,
        ["image"] = pod.Annotation("sidecar.istio.io/proxyImage") is { } image && image.Contains('/') ? image : istiod.ProxyImage,
        ["args"] = new JsonArray("proxy", gateway ? "router" : "sidecar", "--domain", "$(POD_NAMESPACE).svc.cluster.local"),
        ["ports"] = new JsonArray(new JsonObject { ["containerPort"] = 15090, ["name"] = "http-envoy-prom", ["protocol"] = "TCP" }),
        ["env"] = Environment(pod, istiod, others),
        ["resources"] = Resources(pod),
        ["readinessProbe"] = new JsonObject
        {
            ["httpGet"] = new JsonObject { ["path"] = "/healthz/ready", ["port"] = 15021, ["scheme"] = "HTTP" },
            ["periodSeconds"] = 1,
            ["timeoutSeconds"] = 3,
            ["successThreshold"] = 1,
            ["failureThreshold"] = 30,
        },
        ["securityContext"] = new JsonObject
        {
            ["allowPrivilegeEscalation"] = false,
            ["capabilities"] = new JsonObject { ["drop"] = new JsonArray("ALL") },
            ["privileged"] = false,
            ["readOnlyRootFilesystem"] = true,
            ["runAsGroup"] = 1337,
            ["runAsNonRoot"] = true,
            ["runAsUser"] = 1337,
        },
        ["imagePullPolicy"] = "IfNotPresent",
        ["terminationMessagePath"] = "/dev/termination-log",
        ["terminationMessagePolicy"] = "File",
    };

    /// <summary>The pod's own wishes over the template: maps field by field, lists by name or port, all else replaced.</summary>
    public static JsonObject Merge(JsonObject template, JsonObject own)
    {
        var merged = (JsonObject)template.DeepClone();
        foreach (var (field, value) in own)
        {
            if (field == "image" && value.Text() is "auto" or "")
            {
                continue;
            }

            merged[field] = (merged[field], value) switch
            {
                (JsonArray first, JsonArray second) when field is "env" => MergeList(first, second, "name"),
                (JsonArray first, JsonArray second) when field is "ports" => MergeList(first, second, "containerPort"),
                (JsonObject first, JsonObject second) when field is "resources" or "securityContext" => MergeMap(first, second),
                _ => value?.DeepClone(),
            };
        }

        return merged;
    }

    private static JsonObject MergeMap(JsonObject template, JsonObject own)
    {
        var merged = (JsonObject)template.DeepClone();
        foreach (var (key, value) in own)
        {
            merged[key] = merged[key] is JsonObject inner && value is JsonObject wanted ? MergeMap(inner, wanted) : value?.DeepClone();
        }

        return merged;
    }

    private static JsonArray MergeList(JsonArray template, JsonArray own, string key)
    {
        var wanted = own.Items().Select(item => item[key]?.ToJsonString()).ToHashSet();
        return new JsonArray(
            [.. own.Select(item => item?.DeepClone()), .. template.Items().Where(item => !wanted.Contains(item[key]?.ToJsonString())).Select(item => item.DeepClone())]);
    }

    private static JsonObject Resources(JsonObject pod)
    {
        string Wish(string annotation, string otherwise) => pod.Annotation($"sidecar.istio.io/{annotation}") ?? otherwise;
        return new JsonObject
        {
            ["limits"] = new JsonObject { ["cpu"] = Wish("proxyCPULimit", "2"), ["memory"] = Wish("proxyMemoryLimit", "1Gi") },
            ["requests"] = new JsonObject { ["cpu"] = Wish("proxyCPU", "100m"), ["memory"] = Wish("proxyMemory", "128Mi") },
        };
    }

    private static JsonArray Environment(JsonObject pod, RunningPilot istiod, List<string> others)
    {
        var workload = PodInjector.Workload(pod);
        return
        [
            Value("PILOT_CERT_PROVIDER", "istiod"),
            Value("CA_ADDR", $"istiod.{MeshTypes.SystemNamespace}.svc:15012"),
            Field("POD_NAME", "metadata.name"),
            Field("POD_NAMESPACE", "metadata.namespace"),
            Field("INSTANCE_IP", "status.podIP"),
            Field("SERVICE_ACCOUNT", "spec.serviceAccountName"),
            Field("HOST_IP", "status.hostIP"),
            Value("PROXY_CONFIG", "{}"),
            Value("ISTIO_META_POD_PORTS", Ports(pod)),
            Value("ISTIO_META_APP_CONTAINERS", string.Join(',', others)),
            Value("ISTIO_META_CLUSTER_ID", istiod.Cluster),
            Field("ISTIO_META_NODE_NAME", "spec.nodeName"),
            Value("ISTIO_META_INTERCEPTION_MODE", "REDIRECT"),
            Value("ISTIO_META_WORKLOAD_NAME", workload),
            Value("ISTIO_META_OWNER", $"kubernetes://apis/apps/v1/namespaces/{pod.Namespace()}/deployments/{workload}"),
            Value("ISTIO_META_MESH_ID", istiod.TrustDomain),
            Value("TRUST_DOMAIN", istiod.TrustDomain),
        ];
    }

    private static string Ports(JsonObject pod) =>
        new JsonArray(
            [
                .. pod["spec"]?["containers"].Items().Where(container => container["name"].Text() != Name).SelectMany(container => container["ports"].Items())
                    .Select(port => port.DeepClone()) ?? [],
            ]).ToJsonString(StoreJson.Options);

    private static JsonObject Value(string name, string value) => new() { ["name"] = name, ["value"] = value };

    private static JsonObject Field(string name, string path) => new()
    {
        ["name"] = name,
        ["valueFrom"] = new JsonObject { ["fieldRef"] = new JsonObject { ["apiVersion"] = "v1", ["fieldPath"] = path } },
    };
}
