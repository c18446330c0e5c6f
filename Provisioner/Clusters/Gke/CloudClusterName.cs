namespace Provisioner.Clusters.Gke;

/// <summary>Where a cluster of the lab is in Google Cloud.</summary>
internal sealed record CloudClusterName(string Project, string Location, string Name)
{
    public static CloudClusterName Of(CloudLab cloud, LabCluster cluster) => new(cloud.ProjectOf(cluster), cluster.Plan.Location, cluster.Plan.ClusterName);
}
