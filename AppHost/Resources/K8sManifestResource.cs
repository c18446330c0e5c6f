using Aspire.Hosting.ApplicationModel;

namespace AppHost.Resources;

/// <summary>A manifest that the provisioner applies to a k3s cluster; its state mirrors the workload in it.</summary>
internal sealed class K8sManifestResource(string workload, K3sClusterResource cluster) : WorkloadResource(cluster.Name, workload), IResourceWithParent<K3sClusterResource>
{
    public K3sClusterResource Parent { get; } = cluster;
}
