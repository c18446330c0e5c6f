using Provisioner.Tools.Gcloud;
using Provisioner.Tools.Gcloud.Answers;

namespace Provisioner.Clusters.Gke;

/// <summary>What there is in the projects now, of the lab and of others.</summary>
internal sealed record CloudInventory
{
    public required string Name { get; init; }

    public required string Fleet { get; init; }

    public IReadOnlyList<(string Project, GkeCluster Cluster)> Clusters { get; init; } = [];

    public IReadOnlyList<FleetMembership> Memberships { get; init; } = [];

    public FleetFeature? Mesh { get; init; }

    public FleetFeature? Ingress { get; init; }

    public IReadOnlyList<(string Project, FirewallRule Rule)> Firewalls { get; init; } = [];

    /// <summary>Where the lab's clusters are or were, as far as plan or record know.</summary>
    public IReadOnlyList<CloudClusterName> Known { get; init; } = [];

    public IEnumerable<(string Project, GkeCluster Cluster)> OwnClusters => Clusters.Where(each => LabLabel.IsOn(each.Cluster.ResourceLabels, Name));

    public IEnumerable<(string Project, FirewallRule Rule)> OwnFirewalls =>
        Firewalls.Where(each => each.Rule.Name == CloudLab.FirewallNameOf(Name) && LabLabel.IsIn(each.Rule.Description, Name));

    /// <summary>Memberships of the lab's clusters, also of one that is gone.</summary>
    public IEnumerable<FleetMembership> OwnMemberships => Memberships.Where(membership =>
        OwnClusters.Any(each => membership.IsOf(each.Project, each.Cluster.Place, each.Cluster.Name))
        || Known.Any(each => membership.IsOf(each.Project, each.Location, each.Name)
            && !Clusters.Any(other => other.Project == each.Project && other.Cluster.Name == each.Name && other.Cluster.Place == each.Location)));

    public static async Task<CloudInventory> LookAsync(
        GcloudClient gcloud, string name, string fleet, IReadOnlyList<string> projects, IReadOnlyList<CloudClusterName> known, CancellationToken cancellation, bool hasFleet = true)
    {
        var clusters = projects.Select(async project => (await OrEmpty(gcloud.ClustersAsync(project, cancellation))).Select(cluster => (project, cluster))).ToArray();
        var firewalls = projects.Select(async project => (await OrEmpty(gcloud.FirewallsAsync(project, cancellation))).Select(rule => (project, rule))).ToArray();
        // Where the API is known to be disabled there is nothing to ask.
        var memberships = hasFleet ? OrEmpty(gcloud.MembershipsAsync(fleet, cancellation)) : Task.FromResult<FleetMembership[]>([]);
        var mesh = hasFleet ? OrNull(gcloud.MeshAsync(fleet, cancellation)) : Task.FromResult<FleetFeature?>(null);
        var ingress = hasFleet ? OrNull(gcloud.IngressAsync(fleet, cancellation)) : Task.FromResult<FleetFeature?>(null);
        await Task.WhenAll([.. clusters, .. firewalls, memberships, mesh, ingress]);
        return new CloudInventory
        {
            Name = name,
            Fleet = fleet,
            Known = known,
            Clusters = [.. clusters.SelectMany(each => each.Result)],
            Firewalls = [.. firewalls.SelectMany(each => each.Result)],
            Memberships = memberships.Result,
            Mesh = mesh.Result,
            Ingress = ingress.Result,
        };
    }

    public bool Has(CloudClusterName cluster) =>
        Clusters.Any(each => each.Project == cluster.Project && each.Cluster.Name == cluster.Name && each.Cluster.Place == cluster.Location);

    /// <summary>What a lab will create, in words.</summary>
    /// <exception cref="LabException">A name is taken by something that is not the lab's.</exception>
    public IReadOnlyList<string> ToMake(CloudLab cloud, IReadOnlyDictionary<string, IReadOnlyList<string>> toEnable) =>
    [
        .. toEnable.Select(each => $"enable in {each.Key}: {string.Join(", ", each.Value)}"),
        .. cloud.Lab.Clusters.Where(cluster => !Has(CloudClusterName.Of(cloud, cluster))).Select(cluster =>
            $"GKE cluster {cluster.Plan.ClusterName} in {cluster.Plan.Location} of {cloud.ProjectOf(cluster)}: {cloud.Cloud.Nodes} × {cloud.Cloud.MachineType}"),
        .. cloud.Lab.Clusters.Where(cluster => !Memberships.Any(membership => membership.IsOf(cloud.ProjectOf(cluster), cluster.Plan.Location, cluster.Plan.ClusterName)))
            .Select(cluster => $"membership {cluster.Plan.ClusterName} in the fleet of {cloud.Fleet} ({CloudLab.RegionOf(cluster)})"),
        .. Mesh is null && cloud.Cloud.Mesh == Plan.CloudPlan.Managed ? new[] { $"the feature Service Mesh of the fleet of {cloud.Fleet}" } : [],
        .. OwnFirewalls.Any() ? [] : new[] { $"firewall rule {cloud.FirewallName} in {string.Join(", ", cloud.Projects)}" },
        .. Ingress is null ? new[] { $"the feature Ingress of the fleet of {cloud.Fleet}, with a global load balancer; and a load balancer for each gateway" } : [],
    ];

    /// <summary>Names of the lab that others have.</summary>
    public IEnumerable<Problem> Clashes(CloudLab cloud)
    {
        foreach (var (project, rule) in Firewalls.Where(each => each.Rule.Name == cloud.FirewallName && !LabLabel.IsIn(each.Rule.Description, Name)))
        {
            var refusal = CloudFirewall.NotOurs(project, rule.Name, Name);
            yield return new Problem(refusal.Message, refusal.Cure);
        }

        var ranges = OwnClusters.Where(each => each.Cluster.ClusterIpv4Cidr is not null).ToArray();
        foreach (var clash in from index in Enumerable.Range(0, ranges.Length)
                              from other in ranges.Skip(index + 1)
                              where Overlap(ranges[index].Cluster.ClusterIpv4Cidr!, other.Cluster.ClusterIpv4Cidr!)
                              select (One: ranges[index].Cluster, Other: other.Cluster))
        {
            yield return new Problem(
                $"the pods of {clash.One.Name} ({clash.One.ClusterIpv4Cidr}) and {clash.Other.Name} ({clash.Other.ClusterIpv4Cidr}) have overlapping addresses",
                "Clusters of one mesh need ranges of their own: take the lab down and make it in one network");
        }
    }

    private static bool Overlap(string one, string other) =>
        System.Net.IPNetwork.TryParse(one, out var a) && System.Net.IPNetwork.TryParse(other, out var b) && (a.Contains(b.BaseAddress) || b.Contains(a.BaseAddress));

    // What an API that is not enabled would know is nothing.
    private static async Task<T[]> OrEmpty<T>(Task<T[]> ask)
    {
        try
        {
            return await ask;
        }
        catch (GcloudException e) when (e.Fault == GcloudFault.ApiDisabled)
        {
            return [];
        }
    }

    private static async Task<FleetFeature?> OrNull(Task<FleetFeature?> ask)
    {
        try
        {
            return await ask;
        }
        catch (GcloudException e) when (e.Fault == GcloudFault.ApiDisabled)
        {
            return null;
        }
    }
}
