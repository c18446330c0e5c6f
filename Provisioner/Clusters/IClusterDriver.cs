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

    /// <summary>The same where the address has to be found out, or is not in the API's certificate.</summary>
    Task<PeerApi> PeerApiAsync(LabCluster cluster, CancellationToken cancellation) => Task.FromResult(new PeerApi(ApiServerForPeers(cluster)));

    /// <summary>What lets pods of <paramref name="from"/> into <paramref name="to"/>, for the reader of a check that failed.</summary>
    string PathName(LabCluster from, LabCluster to) => $"no path for {from.Plan.PodCidr}";
}
