namespace Provisioner.Plan;

/// <summary>What a lab on clusters that were there before it has been told.</summary>
public sealed record ExistingPlan
{
    /// <summary>The kubeconfig with the clusters' contexts; the user's own, which is only read.</summary>
    public required string Kubeconfig { get; init; }

    /// <summary>The image that whereami runs as; null for the one that the manifest names.</summary>
    public string? WhereamiImage { get; init; }
}
