using Aspire.Hosting.ApplicationModel;

namespace AppHost.Resources;

/// <summary>A Deployment inside a cluster; its state mirrors the cluster's.</summary>
internal class WorkloadResource(string cluster, string workload) : Resource($"{workload}-{cluster}")
{
    public string Cluster { get; } = cluster;

    /// <summary>istiod, whereami or gateway.</summary>
    public string Workload { get; } = workload;
}
