using Provisioner.Tools.Gcloud;
using Provisioner.Tools.Gcloud.Answers;

namespace Provisioner.Clusters.Gke.Down;

/// <summary>What taking a lab down does, in the order that leaves nothing behind: load balancers first, while their controllers still run.</summary>
internal sealed record DownPlan
{
    /// <summary>Clusters whose MultiClusterIngress, MultiClusterServices and load balancers go before anything else.</summary>
    public IReadOnlyList<CloudClusterName> Empty { get; init; } = [];

    /// <summary>The one of them that holds the fleet's MultiClusterIngresses and MultiClusterServices; the others do not have these kinds.</summary>
    public CloudClusterName? Config { get; init; }

    public bool DisableIngress { get; init; }

    /// <summary>Full names of memberships whose mesh Google no longer manages.</summary>
    public IReadOnlyList<string> Unmanage { get; init; } = [];

    public bool DisableMesh { get; init; }

    public IReadOnlyList<FleetMembership> Unregister { get; init; } = [];

    public IReadOnlyList<(string Project, string Rule)> Firewalls { get; init; } = [];

    public IReadOnlyList<CloudClusterName> Clusters { get; init; } = [];

    public bool IsEmpty => Clusters.Count + Firewalls.Count + Unregister.Count == 0 && !DisableIngress && !DisableMesh;

    /// <param name="made">What there is.</param>
    /// <param name="record">What the lab noted; null where only labels tell what is its own.</param>
    public static DownPlan Of(CloudInventory made, CloudRecord? record)
    {
        var own = made.OwnMemberships.ToArray();
        // A feature is the fleet's: it stays while members that are not the lab's are there, and when it was there before the lab.
        var alone = made.Memberships.All(own.Contains);
        return new DownPlan
        {
            Empty = [.. made.OwnClusters.Where(each => each.Cluster.Status is "RUNNING" or "RECONCILING").Select(Name)],
            Config = made.OwnClusters.Select(Name).FirstOrDefault(cluster => own.Any(membership =>
                membership.IsOf(cluster.Project, cluster.Location, cluster.Name) && Same(membership, made.Ingress?.ConfigMembership))),
            DisableIngress = made.Ingress is { } ingress && alone && (record?.EnabledIngress ?? own.Any(membership => Same(membership, ingress.ConfigMembership))),
            Unmanage = made.Mesh is null ? [] : [.. own.Where(membership => IsManaged(made.Mesh, membership)).Select(membership => membership.Name)],
            DisableMesh = made.Mesh is not null && alone && (record?.EnabledMesh ?? own.Length > 0),
            Unregister = own,
            Firewalls = [.. made.OwnFirewalls.Select(each => (each.Project, each.Rule.Name))],
            Clusters = [.. made.OwnClusters.Select(Name)],
        };
    }

    /// <summary>The commands, as a reader would type them.</summary>
    public IEnumerable<string> Lines(string fleet) =>
    [
        .. Empty.Where(cluster => cluster == Config).SelectMany(cluster => new[]
        {
            $"{Kubectl(cluster)} delete multiclusteringresses --all --all-namespaces",
            $"{Kubectl(cluster)} delete multiclusterservices --all --all-namespaces",
        }),
        .. Empty.Select(cluster => $"{Kubectl(cluster)} delete services --all-namespaces --field-selector spec.type=LoadBalancer"),
        .. DisableIngress ? new[] { GcloudLine.ByHand(GcloudArguments.DisableIngress(fleet)) } : [],
        .. Unmanage.Select(membership => GcloudLine.ByHand(GcloudArguments.ManageMesh(fleet, membership, "manual"))),
        .. DisableMesh ? new[] { GcloudLine.ByHand(GcloudArguments.DisableMesh(fleet)) } : [],
        .. Unregister.Select(membership => GcloudLine.ByHand(UnregisterArguments(fleet, membership))),
        .. Firewalls.Select(each => GcloudLine.ByHand(GcloudArguments.DeleteFirewall(each.Project, each.Rule))),
        .. Clusters.Select(cluster => GcloudLine.ByHand(GcloudArguments.DeleteCluster(cluster.Project, cluster.Location, cluster.Name))),
    ];

    /// <summary>A membership is left through its cluster while that is there, and deleted when it has gone.</summary>
    public string[] UnregisterArguments(string fleet, FleetMembership membership)
    {
        var region = membership.Name.Split('/') is [_, _, _, var location, ..] ? location : "global";
        var cluster = Clusters.FirstOrDefault(each => membership.IsOf(each.Project, each.Location, each.Name));
        return cluster is null
            ? GcloudArguments.DeleteMembership(fleet, region, membership.ShortName)
            : GcloudArguments.Unregister(fleet, cluster.Project, region, cluster.Location, cluster.Name, membership.ShortName);
    }

    private static string Kubectl(CloudClusterName cluster) => $"kubectl --context gke_{cluster.Project}_{cluster.Location}_{cluster.Name}";

    private static bool IsManaged(FleetFeature mesh, FleetMembership membership) => mesh.MembershipStates?
        .FirstOrDefault(state => CloudLab.SameMembership(state.Key, membership.Name)).Value?.Servicemesh?.ControlPlaneManagement?.State is not (null or "DISABLED");

    private static bool Same(FleetMembership membership, string? name) => name is not null && CloudLab.SameMembership(membership.Name, name);

    private static CloudClusterName Name((string Project, GkeCluster Cluster) each) => new(each.Project, each.Cluster.Place, each.Cluster.Name);
}
