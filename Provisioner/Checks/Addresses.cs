using System.Text.Json.Nodes;
using Provisioner.Clusters;
using Provisioner.Kubernetes;
using Provisioner.Stages;

namespace Provisioner.Checks;

/// <summary>Where gateways and the global ingress answer: as planned, or where the cluster hands out the addresses, as it says.</summary>
internal static class Addresses
{
    /// <summary>Says where something answers whose port is not the usual one.</summary>
    private const string UrlAnnotation = "lab.dev/url";

    /// <summary>The gateway's URL, or null while its Service has no address.</summary>
    public static async Task<string?> GatewayAsync(Lab lab, LabCluster cluster, CancellationToken cancellation)
    {
        if (cluster.Plan.GatewayUrl.Length > 0)
        {
            return cluster.Plan.GatewayUrl;
        }

        var service = await cluster.Api.GetAsync(KubeResource.Services, lab.Plan.GatewayNamespace, LabStages.Gateway, cancellation);
        var ingress = service?["status"]?["loadBalancer"]?["ingress"]?.AsArray().FirstOrDefault();
        return cluster.GatewayUrl = ingress is null ? null : Url(service!, (ingress["ip"] ?? ingress["hostname"])?.ToString());
    }

    /// <summary>The global URL, or null while there is none.</summary>
    public static async Task<string?> VipAsync(Lab lab, CancellationToken cancellation)
    {
        if (lab.Plan.VipUrl.Length > 0)
        {
            return lab.Plan.VipUrl;
        }

        var list = await lab.ConfigCluster.Api.ListAsync(KubeResource.MultiClusterIngresses, lab.Plan.GatewayNamespace, "", cancellation);
        return lab.VipUrl = list["items"].Objects().Select(item => Url(item, item["status"]?["VIP"]?.ToString())).FirstOrDefault(url => url is not null);
    }

    /// <summary>The gateway's URL as a shell finds it.</summary>
    public static string GatewayByHand(Lab lab, LabCluster cluster) => cluster.Plan.GatewayUrl.Length > 0
        ? cluster.Plan.GatewayUrl
        : $"$(kubectl --context {cluster.Name} --namespace {lab.Plan.GatewayNamespace} get service {LabStages.Gateway} -o jsonpath='{{.status.loadBalancer.ingress[0].ip}}')";

    /// <summary>The global URL as a shell finds it.</summary>
    public static string VipByHand(Lab lab) => lab.Plan.VipUrl.Length > 0
        ? lab.Plan.VipUrl
        : $"$(kubectl --context {lab.ConfigCluster.Name} --namespace {lab.Plan.GatewayNamespace} get mci -o jsonpath='{{.items[0].status.VIP}}')";

    private static string? Url(JsonObject item, string? address) =>
        item["metadata"]?["annotations"]?[UrlAnnotation]?.ToString() is { Length: > 0 } given ? given
        : string.IsNullOrEmpty(address) ? null
        : $"http://{address}";
}
