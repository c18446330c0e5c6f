namespace Provisioner.Tools.Gcloud.Answers;

internal sealed record FirewallRule
{
    public required string Name { get; init; }

    public string? Description { get; init; }

    public string? Network { get; init; }

    public IReadOnlyList<string>? SourceRanges { get; init; }

    public IReadOnlyList<string>? TargetTags { get; init; }
}
