namespace Provisioner.Plan;

/// <summary>What a lab on clusters that were there before it has been told.</summary>
public sealed record ExistingPlan
{
    /// <summary>In the lab's folder: the plan of a lab that has put something into clusters of others; there until all of it is taken back.</summary>
    public const string RecordFile = "existing.json";

    /// <summary>The kubeconfig with the clusters' contexts; the user's own, which is only read.</summary>
    public required string Kubeconfig { get; init; }

    /// <summary>The image that whereami runs as; null for the one that the manifest names.</summary>
    public string? WhereamiImage { get; init; }
}
