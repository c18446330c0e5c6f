using Provisioner.Clusters;
using Provisioner.Clusters.Gke;
using Provisioner.Stages;
using Provisioner.Tools.Gcloud;
using Provisioner.Tools.Gcloud.Answers;

namespace Provisioner.Mesh.Managed;

/// <summary>The steps by which a fleet gets its clusters and its managed mesh.</summary>
internal sealed class Fleet(CloudLab cloud, CloudRecordFile record)
{
    // The lanes of all clusters come to the fleet's own feature at the same time.
    private readonly SemaphoreSlim one = new(1);

    public Step Register(LabCluster cluster) => new()
    {
        Name = $"register {cluster.Name} in the fleet of {cloud.Fleet}",
        IsDone = async cancellation => await cloud.FindMembershipAsync(cluster, cancellation) is not null,
        Act = (_, cancellation) => cloud.Gcloud.MakeAsync(RegisterArguments(cluster), cancellation),
        Deadline = TimeSpan.FromMinutes(5),
        Hint = $"See: {GcloudLine.ByHand(GcloudArguments.Memberships(cloud.Fleet))}",
        ByHand = [GcloudLine.ByHand(RegisterArguments(cluster)), GcloudLine.ByHand(GcloudArguments.Memberships(cloud.Fleet))],
    };

    public Step Unregister(LabCluster cluster) => new()
    {
        Name = $"take {cluster.Name} out of the fleet of {cloud.Fleet}",
        IsDone = async cancellation => await cloud.FindMembershipAsync(cluster, cancellation) is null,
        Act = (_, cancellation) => cloud.Gcloud.RemoveAsync(UnregisterArguments(cluster), cancellation),
        Deadline = TimeSpan.FromMinutes(5),
        Hint = $"See: {GcloudLine.ByHand(GcloudArguments.Memberships(cloud.Fleet))}",
        ByHand = [GcloudLine.ByHand(UnregisterArguments(cluster))],
    };

    public Step EnableMesh(LabCluster cluster) => new()
    {
        Name = $"enable Cloud Service Mesh in the fleet of {cloud.Fleet}",
        IsDone = async cancellation => await cloud.Gcloud.MeshAsync(cloud.Fleet, cancellation) is not null,
        Act = async (_, cancellation) =>
        {
            await one.WaitAsync(cancellation);
            try
            {
                if (await cloud.Gcloud.MeshAsync(cloud.Fleet, cancellation) is null
                    && await cloud.Gcloud.MakeAsync(GcloudArguments.EnableMesh(cloud.Fleet), cancellation))
                {
                    record.Update(known => known with { EnabledMesh = true });
                }
            }
            finally
            {
                one.Release();
            }
        },
        Deadline = TimeSpan.FromMinutes(5),
        Hint = $"See: {GcloudLine.ByHand(GcloudArguments.Mesh(cloud.Fleet))}",
        ByHand = [GcloudLine.ByHand(GcloudArguments.EnableMesh(cloud.Fleet))],
    };

    public Step Manage(LabCluster cluster) => new()
    {
        Name = $"have Google manage the mesh of {cluster.Name}",
        // A membership whose mesh is managed has a state of its control plane other than disabled.
        IsDone = async cancellation => await StateAsync(cluster, cancellation) is { Servicemesh.ControlPlaneManagement.State: not (null or "DISABLED" or "LIFECYCLE_STATE_UNSPECIFIED") },
        Act = (_, cancellation) => cloud.Gcloud.MakeAsync(ManageArguments(cluster), cancellation),
        Settle = (progress, cancellation) => Polling.UntilAsync(token => ObserveAsync(cluster, token), progress, cancellation),
        Deadline = TimeSpan.FromMinutes(25),
        Hint = $"See: {GcloudLine.ByHand(GcloudArguments.Mesh(cloud.Fleet))}; a first installation takes 5 to 10 minutes and goes on by itself",
        ByHand = [GcloudLine.ByHand(ManageArguments(cluster)), GcloudLine.ByHand(GcloudArguments.Mesh(cloud.Fleet))],
    };

    public async Task<MembershipFeature?> StateAsync(LabCluster cluster, CancellationToken cancellation) =>
        (await cloud.Gcloud.MeshAsync(cloud.Fleet, cancellation))?.Of(CloudLab.RegionOf(cluster), cluster.Plan.ClusterName);

    private async Task<(bool Done, string Message)> ObserveAsync(LabCluster cluster, CancellationToken cancellation)
    {
        var state = MeshReport.Of(await StateAsync(cluster, cancellation));
        return state.Trouble is { } trouble
            ? throw new LabException($"the managed mesh of {cluster.Name} cannot be installed: {trouble}", $"See: {GcloudLine.ByHand(GcloudArguments.Mesh(cloud.Fleet))}")
            : (state.Revision is not null, state.Message);
    }

    private string[] RegisterArguments(LabCluster cluster) => GcloudArguments.Register(
        cloud.Fleet, cloud.ProjectOf(cluster), CloudLab.RegionOf(cluster), cluster.Plan.Location, cluster.Plan.ClusterName);

    private string[] UnregisterArguments(LabCluster cluster) => GcloudArguments.Unregister(
        cloud.Fleet, cloud.ProjectOf(cluster), CloudLab.RegionOf(cluster), cluster.Plan.Location, cluster.Plan.ClusterName, cluster.Plan.ClusterName);

    private string[] ManageArguments(LabCluster cluster) => GcloudArguments.ManageMesh(cloud.Fleet, cloud.MembershipOf(cluster), "automatic");
}
