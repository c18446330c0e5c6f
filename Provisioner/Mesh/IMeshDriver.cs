using Provisioner.Clusters;
using Provisioner.Stages;

namespace Provisioner.Mesh;

/// <summary>How one mode installs the mesh and joins the clusters' control planes.</summary>
internal interface IMeshDriver
{
    IReadOnlyList<Step> Install(LabCluster cluster);

    IReadOnlyList<Step> Uninstall(LabCluster cluster);

    /// <summary>The revision label that asks this cluster's mesh for sidecars.</summary>
    Task<string> RevisionAsync(LabCluster cluster, CancellationToken cancellation);

    /// <summary>Lets the mesh of <paramref name="cluster"/> discover the endpoints of <paramref name="peer"/>.</summary>
    Step Discover(LabCluster cluster, LabCluster peer);

    Step Forget(LabCluster cluster, LabCluster peer);

    Task<bool> IsDiscoveringAsync(LabCluster cluster, LabCluster peer, CancellationToken cancellation);

    /// <summary>Whether the mesh of <paramref name="cluster"/> lists endpoints of <paramref name="peer"/>; if not, what it lacks.</summary>
    Task<CheckResult> ObserveDiscoveryAsync(LabCluster cluster, LabCluster peer, CancellationToken cancellation);
}
