namespace Provisioner.Tools.Gcloud.Answers;

/// <summary>A feature of a fleet, with its state per membership.</summary>
internal sealed record FleetFeature
{
    public required string Name { get; init; }

    public FeatureSpec? Spec { get; init; }

    public FeatureState? State { get; init; }

    /// <summary>By full membership name, in which the project is its number.</summary>
    public IReadOnlyDictionary<string, MembershipFeature>? MembershipStates { get; init; }

    public string? ConfigMembership => Spec?.Multiclusteringress?.ConfigMembership;

    /// <summary>The state of one membership, found by region and name.</summary>
    public MembershipFeature? Of(string region, string membership) => MembershipStates?
        .FirstOrDefault(state => state.Key.EndsWith($"/locations/{region}/memberships/{membership}", StringComparison.Ordinal)).Value;
}
