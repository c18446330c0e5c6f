namespace Provisioner.Tools.Gcloud.Answers;

/// <summary>A cluster as <c>gcloud container clusters list</c> prints it.</summary>
internal sealed record GkeCluster
{
    public required string Name { get; init; }

    public string? Location { get; init; }

    public string? Zone { get; init; }

    /// <summary>PROVISIONING, RUNNING, RECONCILING, STOPPING, ERROR or DEGRADED.</summary>
    public string? Status { get; init; }

    public string? StatusMessage { get; init; }

    public string? Endpoint { get; init; }

    /// <summary>The range of pod addresses.</summary>
    public string? ClusterIpv4Cidr { get; init; }

    public string? Network { get; init; }

    public DateTimeOffset? CreateTime { get; init; }

    public IReadOnlyDictionary<string, string>? ResourceLabels { get; init; }

    public int? CurrentNodeCount { get; init; }

    public GkeNodeConfig? NodeConfig { get; init; }

    public string Place => Location ?? Zone ?? "";
}
