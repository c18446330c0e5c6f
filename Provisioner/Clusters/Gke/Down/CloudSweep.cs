using Provisioner.Tools.Gcloud;
using Provisioner.Tools.Gcloud.Answers;

namespace Provisioner.Clusters.Gke.Down;

/// <summary>Looks for what a lab may have left in Google Cloud, by name and label; it lists, and takes nothing away.</summary>
internal static class CloudSweep
{
    private static readonly string[] Kinds =
    [
        "forwarding-rules",
        "target-http-proxies",
        "target-https-proxies",
        "target-pools",
        "url-maps",
        "backend-services",
        "health-checks",
        "network-endpoint-groups",
        "firewall-rules",
        "addresses",
        "disks",
    ];

    /// <summary>What is left, in words.</summary>
    /// <param name="made">A look at clusters, memberships and firewall rules after the removal.</param>
    /// <param name="clusters">The names of the lab's clusters.</param>
    public static async Task<IReadOnlyList<string>> FindAsync(
        GcloudClient gcloud, CloudInventory made, IReadOnlyList<string> projects, IReadOnlyList<string> clusters, IReadOnlyList<string> namespaces, CancellationToken cancellation)
    {
        var lists = from project in projects
                    from kind in Kinds
                    select ListAsync(gcloud, project, kind, cancellation);
        var found = (await Task.WhenAll(lists)).SelectMany(list => list);
        return
        [
            .. made.OwnClusters.Select(each => $"cluster {each.Cluster.Name} in {each.Cluster.Place} of {each.Project}, {each.Cluster.Status}"),
            .. made.OwnMemberships.Select(membership => $"membership {membership.Name}"),
            .. found.Where(each => IsOfTheLab(each.Item, made.Name, clusters, namespaces)).Select(each => $"{each.Kind[..^1]} {each.Item.Name} in {each.Project}"
                + $"; gcloud compute {each.Kind} delete {each.Item.Name} --project={each.Project} {Place(each.Item, each.Kind)}".TrimEnd()),
        ];
    }

    /// <summary>Whether a name is one that GKE gives to parts of the lab's load balancers and nodes.</summary>
    internal static bool IsOfTheLab(NamedResource item, string lab, IReadOnlyList<string> clusters, IReadOnlyList<string> namespaces) =>
        LabLabel.IsOn(item.Labels, lab)
        || LabLabel.IsIn(item.Description, lab)
        || clusters.Any(cluster => item.Name.StartsWith($"gke-{cluster}-", StringComparison.Ordinal))
        // Disks of volumes, pvc-…
        || (item.Labels?.GetValueOrDefault("goog-k8s-cluster-name") is { } owner && clusters.Contains(owner))
        // mci-8se3df-80-istio-ingress-mcs, k8s1-0dfd9a8f-istio-ingress-mci-mcs-svc-…; long parts are cut
        || ((item.Name.StartsWith("mci-", StringComparison.Ordinal) || item.Name.StartsWith("k8s1-", StringComparison.Ordinal))
            && namespaces.Any(ns => item.Name.Contains(ns[..Math.Min(ns.Length, 10)], StringComparison.Ordinal)))
        // {"kubernetes.io/service-name":"istio-ingress/istio-ingressgateway"}
        || namespaces.Any(ns => item.Description?.Contains($"\"{ns}/", StringComparison.Ordinal) == true);

    private static async Task<IEnumerable<(string Project, string Kind, NamedResource Item)>> ListAsync(
        GcloudClient gcloud, string project, string kind, CancellationToken cancellation)
    {
        try
        {
            var items = await gcloud.AskAsync(GcloudArguments.List(project, kind), GcloudJson.Default.NamedResourceArray, cancellation);
            return items.Select(item => (project, kind, item));
        }
        catch (GcloudException e) when (e.Fault == GcloudFault.ApiDisabled)
        {
            return [];
        }
    }

    private static string Place(NamedResource item, string kind) =>
        item.Zone is { } zone ? $"--zone={zone[(zone.LastIndexOf('/') + 1)..]}"
        : item.Region is { } region ? $"--region={region[(region.LastIndexOf('/') + 1)..]}"
        : kind == "firewall-rules" ? ""
        : "--global";
}
