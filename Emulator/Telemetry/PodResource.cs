using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Telemetry;

/// <summary>Whose telemetry it is: the attributes by which the dashboard tells pods and clusters apart.</summary>
internal sealed class PodResource(IReadOnlyList<KeyValuePair<string, string>> attributes)
{
    public IReadOnlyList<KeyValuePair<string, string>> Attributes => attributes;

    /// <summary>Describes a pod; its service is named as the dashboard's resource is, such as <c>whereami-us</c>.</summary>
    public static PodResource Of(JsonObject pod, JsonObject node, ClusterOptions cluster) => new(
    [
        new("service.name", $"{ServiceName(pod)}-{cluster.Name}"),
        new("service.instance.id", pod.Name()),
        new("k8s.cluster.name", cluster.ClusterName),
        new("k8s.namespace.name", pod.Namespace()),
        new("k8s.pod.name", pod.Name()),
        new("cloud.region", node.Label("topology.kubernetes.io/region") ?? cluster.Region),
        new("cloud.availability_zone", node.Label("topology.kubernetes.io/zone") ?? cluster.Location),
    ]);

    private static string ServiceName(JsonObject pod)
    {
        if (pod.Label("istio")?.EndsWith("gateway", StringComparison.Ordinal) is true)
        {
            return "gateway";
        }

        var name = pod.Label("app") ?? pod.Label("service.istio.io/canonical-name") ?? pod["spec"]?["containers"]?[0]?["name"]?.GetValue<string>();
        return name ?? pod.Name();
    }
}
