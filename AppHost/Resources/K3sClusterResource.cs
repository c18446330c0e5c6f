using Aspire.Hosting.ApplicationModel;
using Provisioner.Plan;

namespace AppHost.Resources;

/// <summary>A k3s cluster: the container of its server, which runs pods as well.</summary>
internal sealed class K3sClusterResource(string name, K3sPlan lab, ClusterPlan plan) : ContainerResource(name)
{
    public K3sPlan Lab { get; } = lab;

    public ClusterPlan Plan { get; } = plan;
}
