using Aspire.Hosting.ApplicationModel;

namespace AppHost.Resources;

/// <summary>A chart that the provisioner installs into a k3s cluster; its state mirrors the workload that comes of it.</summary>
internal sealed class HelmReleaseResource(string workload, K3sClusterResource cluster) : WorkloadResource(cluster.Name, workload), IResourceWithParent<K3sClusterResource>
{
    public K3sClusterResource Parent { get; } = cluster;
}
