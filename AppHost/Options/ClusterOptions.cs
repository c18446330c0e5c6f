namespace AppHost.Options;

/// <summary>One entry of <c>Lab:Clusters</c>.</summary>
internal sealed record ClusterOptions
{
    public required string Name { get; init; }

    public required string ClusterName { get; init; }

    /// <summary>The zone, such as <c>us-central1-c</c>.</summary>
    public required string Location { get; init; }

    /// <summary>The cluster's own Google Cloud project, where it is not the lab's.</summary>
    public string? Project { get; init; }

    public required string PodCidr { get; init; }

    public required string ServiceCidr { get; init; }

    public int? ApiPort { get; init; }

    public int? GatewayPort { get; init; }

    /// <summary>Its context in the user's kubeconfig; mode existing only.</summary>
    public string? Context { get; init; }

    /// <summary>Its API server as pods of the other clusters reach it, where that is not the kubeconfig's own address; mode existing only.</summary>
    public string? PeerApi { get; init; }

    /// <summary>Nodes beside the server; mode k3s only.</summary>
    public int Agents { get; init; }
}
