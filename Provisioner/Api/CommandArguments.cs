namespace Provisioner.Api;

/// <summary>What a command of the control API may be given; each takes the ones it knows.</summary>
public sealed record CommandArguments
{
    public int? Until { get; init; }

    public int? Number { get; init; }

    public int? To { get; init; }

    public string? Cluster { get; init; }

    public int? Replicas { get; init; }

    /// <summary>For cut: only the path between the pods.</summary>
    public bool? Data { get; init; }

    /// <summary>For cut: only the path to the API server.</summary>
    public bool? Api { get; init; }

    public bool? Enabled { get; init; }

    /// <summary>For cloud-down: only shows what would be removed.</summary>
    public bool? DryRun { get; init; }
}
