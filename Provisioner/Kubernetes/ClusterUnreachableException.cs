namespace Provisioner.Kubernetes;

/// <summary>A cluster's API cannot be reached.</summary>
internal sealed class ClusterUnreachableException(string cluster, string address, Exception inner)
    : Exception($"cluster {cluster} does not answer at {address}: {(inner.InnerException ?? inner).Message}", inner)
{
    public string Cluster { get; } = cluster;
}
