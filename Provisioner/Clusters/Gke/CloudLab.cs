using Provisioner.Plan;
using Provisioner.Tools.Gcloud;
using Provisioner.Tools.Gcloud.Answers;

namespace Provisioner.Clusters.Gke;

/// <summary>A lab on Google Cloud: its names there, and what is there of it.</summary>
internal sealed class CloudLab(Lab lab, GcloudClient gcloud)
{
    private string? fleetNumber;

    public Lab Lab => lab;

    public LabPlan Plan => lab.Plan;

    public CloudPlan Cloud { get; } = lab.Plan.Cloud ?? throw new LabException(
        $"mode {lab.Plan.Mode} needs the plan's part 'cloud'", "Start the lab anew: dotnet run --project AppHost -- --cloud");

    public GcloudClient Gcloud => gcloud;

    public string Fleet => Cloud.FleetProject;

    public IEnumerable<string> Projects => lab.Clusters.Select(ProjectOf).Distinct();

    public IReadOnlyList<CloudClusterName> Names => [.. lab.Clusters.Select(cluster => CloudClusterName.Of(this, cluster))];

    public string ProjectOf(LabCluster cluster) => cluster.Plan.Project ?? Plan.Project;

    public static string RegionOf(LabCluster cluster) => RegionOf(cluster.Plan.Location);

    /// <summary>us-central1 of us-central1-c; a region is its own.</summary>
    public static string RegionOf(string location) =>
        location.LastIndexOf('-') is > 0 and var at && location.Length - at == 2 && location.Count(letter => letter == '-') == 2 ? location[..at] : location;

    /// <summary>The full name: a short one is taken for a global membership, which clusters of today are not.</summary>
    public string MembershipOf(LabCluster cluster) => $"projects/{Fleet}/locations/{RegionOf(cluster)}/memberships/{cluster.Plan.ClusterName}";

    /// <summary>The cluster as GKE has it, or null.</summary>
    /// <exception cref="LabException">The name is taken by a cluster that is not the lab's.</exception>
    public async Task<GkeCluster?> FindAsync(LabCluster cluster, CancellationToken cancellation)
    {
        var project = ProjectOf(cluster);
        var found = (await gcloud.ClustersAsync(project, cancellation))
            .FirstOrDefault(each => each.Name == cluster.Plan.ClusterName && each.Place == cluster.Plan.Location);
        return found is null || LabLabel.IsOn(found.ResourceLabels, Plan.Name) ? found : throw NotOurs(cluster, project);
    }

    public async Task<FleetMembership?> FindMembershipAsync(LabCluster cluster, CancellationToken cancellation)
    {
        var name = MembershipOf(cluster);
        var found = (await gcloud.MembershipsAsync(Fleet, cancellation)).FirstOrDefault(membership => SameMembership(membership.Name, name));
        return found is null || found.IsOf(ProjectOf(cluster), cluster.Plan.Location, cluster.Plan.ClusterName)
            ? found
            : throw new LabException(
                $"the fleet of {Fleet} has a membership {cluster.Plan.ClusterName} of another cluster ({found.ResourceLink}); it is not the lab's",
                $"Give the lab's cluster another name: Lab__Clusters__{Index(cluster)}__ClusterName=NAME");
    }

    /// <summary>Keeps what was learnt of the fleet's project, so that nobody asks again.</summary>
    public void Learn(GoogleProject project)
    {
        if (project.ProjectId == Fleet)
        {
            fleetNumber = project.ProjectNumber;
        }
    }

    /// <summary>The number of the fleet's project, by which the mesh names it.</summary>
    public async Task<string> FleetNumberAsync(CancellationToken cancellation) =>
        fleetNumber ??= (await gcloud.AskAsync(GcloudArguments.Project(Fleet), GcloudJson.Default.GoogleProject, cancellation)).ProjectNumber
            ?? throw new LabException($"project {Fleet} has no number", $"See: gcloud projects describe {Fleet}");

    public string FirewallName => FirewallNameOf(Plan.Name);

    /// <summary>The demo's name for a lab that has no name of its own.</summary>
    public static string FirewallNameOf(string lab) => lab == "lab" ? "istio-multicluster-pods" : $"istio-multicluster-pods-{lab}";

    /// <summary>Whether two full names mean the same membership: either may have the project's number in place of its id.</summary>
    public static bool SameMembership(string one, string other) => string.Equals(Tail(one), Tail(other), StringComparison.Ordinal);

    private static string Tail(string name) => name.IndexOf("/locations/", StringComparison.Ordinal) is >= 0 and var at ? name[at..] : name;

    private LabException NotOurs(LabCluster cluster, string project) => new(
        $"there is a cluster {cluster.Plan.ClusterName} in {cluster.Plan.Location} of {project} without the label {LabLabel.Key}={Plan.Name}: it is not the lab's",
        $"Give the lab's cluster another name (Lab__Clusters__{Index(cluster)}__ClusterName=NAME), or if it is one of yours hand it over: "
        + GcloudLine.ByHand(GcloudArguments.LabelCluster(project, cluster.Plan.Location, cluster.Plan.ClusterName, $"{LabLabel.Key}={Plan.Name}")));

    private int Index(LabCluster cluster) => lab.Clusters.ToList().IndexOf(cluster);
}
