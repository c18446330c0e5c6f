namespace Provisioner.Plan;

/// <summary>One cluster of the lab as planned.</summary>
public sealed record ClusterPlan
{
    /// <summary>Short name, kubeconfig context and the mesh's name for the cluster: <c>us</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The name whereami reports: <c>multi-cluster-demo-us</c>.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The zone, such as <c>us-central1-c</c>.</summary>
    public required string Location { get; init; }

    /// <summary>The cluster's own Google Cloud project, where it is not the lab's.</summary>
    public string? Project { get; init; }

    public required string PodCidr { get; init; }

    public required string ServiceCidr { get; init; }

    public int ApiPort { get; init; }

    /// <summary>Path of the kubeconfig that the cluster writes for itself.</summary>
    public required string Kubeconfig { get; init; }

    /// <summary>Host port that reaches the cluster's ingress gateway.</summary>
    public int GatewayPort { get; init; }

    public required string GatewayUrl { get; init; }

    /// <summary>The cluster's containers; null in modes without.</summary>
    public K3sClusterPlan? K3s { get; init; }

    /// <summary>Where the cluster is, when it was there before the lab; null in other modes.</summary>
    public ExistingClusterPlan? Existing { get; init; }
}
