namespace Provisioner.Stages;

/// <summary>One thing that a stage brings about.</summary>
internal sealed record Step
{
    /// <summary>What it does, as an imperative: <c>apply kube/whereami.yaml in us</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Whether clusters already are as the step would leave them, whoever made them so.</summary>
    public Func<CancellationToken, Task<bool>> IsDone { get; init; } = _ => Task.FromResult(false);

    public Func<Progress, CancellationToken, Task> Act { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>Waits until the effect can be seen; runs also when there was nothing to do.</summary>
    public Func<Progress, CancellationToken, Task> Settle { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>Time for acting and settling together.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>What to do when the deadline passes.</summary>
    public required string Hint { get; init; }

    /// <summary>Command lines that do the same.</summary>
    public IReadOnlyList<string> ByHand { get; init; } = [];
}
