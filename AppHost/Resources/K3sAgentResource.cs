using Aspire.Hosting.ApplicationModel;

namespace AppHost.Resources;

/// <summary>A further node of a k3s cluster.</summary>
internal sealed class K3sAgentResource(string name, K3sClusterResource cluster) : ContainerResource(name), IResourceWithParent<K3sClusterResource>
{
    public K3sClusterResource Parent { get; } = cluster;
}
