using Provisioner.Stages;

namespace Provisioner.Clusters;

/// <summary>How one mode makes clusters and the path between their pods.</summary>
internal interface IClusterDriver
{
    /// <summary>Problems of this mode's tools, ports, quotas and credentials; all of them at once.</summary>
    Task<IReadOnlyList<Problem>> PreflightAsync(CancellationToken cancellation);

    /// <summary>Makes the cluster, or waits for it where another process makes it.</summary>
    IReadOnlyList<Step> Create(LabCluster cluster);

    IReadOnlyList<Step> Remove(LabCluster cluster);

    /// <summary>Lets connections from the pods of <paramref name="from"/> into <paramref name="to"/>.</summary>
    Step OpenPath(LabCluster from, LabCluster to);

    Step ClosePath(LabCluster from, LabCluster to);

    Task<bool> IsPathOpenAsync(LabCluster from, LabCluster to, CancellationToken cancellation);

    /// <summary>Where the control plane of another cluster reaches this cluster's API.</summary>
    string ApiServerForPeers(LabCluster cluster);
}
