using Provisioner.Plan;

namespace Provisioner.Telemetry;

/// <summary>What spans of a cluster's proxies and pods are shown under.</summary>
internal static class ClusterAttributes
{
    /// <param name="cluster">Where the resource is.</param>
    /// <param name="service">Its own name; Istio's proxies call themselves <c>NAME.NAMESPACE</c>.</param>
    /// <param name="node">A proxy's name for itself, <c>sidecar~ADDRESS~POD.NAMESPACE~DOMAIN</c>; null for what is no proxy, which says itself which pod it is.</param>
    public static IReadOnlyDictionary<string, string> For(ClusterPlan cluster, string service, string? node = null)
    {
        var attributes = new Dictionary<string, string>
        {
            ["service.name"] = NameOf(cluster.Name, service),
            ["k8s.cluster.name"] = cluster.ClusterName,
            ["cloud.region"] = RegionOf(cluster.Location),
            ["cloud.availability_zone"] = cluster.Location,
        };
        if (node?.Split('~') is [_, _, var workload, ..] && workload.LastIndexOf('.') is > 0 and var at)
        {
            attributes["service.instance.id"] = attributes["k8s.pod.name"] = workload[..at];
            attributes["k8s.namespace.name"] = workload[(at + 1)..];
        }

        return attributes;
    }

    private static string NameOf(string cluster, string service)
    {
        var workload = service.Split('.')[0];
        var name = workload switch
        {
            "" => "unknown",
            "istio-ingressgateway" => "gateway",
            "whereami-deployment" => "whereami",
            _ => workload,
        };
        return name.EndsWith($"-{cluster}", StringComparison.Ordinal) ? name : $"{name}-{cluster}";
    }

    // us-central1-c is in us-central1.
    private static string RegionOf(string zone) => zone.LastIndexOf('-') is > 0 and var at ? zone[..at] : zone;
}
