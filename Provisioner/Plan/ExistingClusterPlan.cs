namespace Provisioner.Plan;

/// <summary>A cluster that was there before the lab.</summary>
public sealed record ExistingClusterPlan
{
    /// <summary>Its context in the user's kubeconfig.</summary>
    public required string Context { get; init; }

    /// <summary>Its API server as seen from pods of the other clusters; null where the kubeconfig's own address serves.</summary>
    public string? PeerApi { get; init; }
}
