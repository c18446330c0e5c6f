namespace Provisioner.Stages;

/// <summary>A promise of a stage, proved by observation.</summary>
internal sealed record StageCheck
{
    /// <summary>The promise: <c>whereami answers inside us, only from us</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Other stages that must have acted before the promise can be observed.</summary>
    public IReadOnlyList<int> Needs { get; init; } = [];

    /// <summary>The stage that ends the observation when it begins, or null when the promise holds on.</summary>
    public int? EndedBy { get; init; }

    /// <summary>One observation; a failed one is repeated until the deadline.</summary>
    public required Func<CancellationToken, Task<CheckResult>> Observe { get; init; }

    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(30);

    public required string Hint { get; init; }

    public IReadOnlyList<string> ByHand { get; init; } = [];
}
