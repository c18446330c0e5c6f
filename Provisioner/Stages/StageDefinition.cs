using Provisioner.State;

namespace Provisioner.Stages;

/// <summary>One stage of the lab, as data.</summary>
internal sealed record StageDefinition
{
    public required int Number { get; init; }

    public required string Name { get; init; }

    /// <summary>Stages whose actions come before this one's.</summary>
    public IReadOnlyList<int> DependsOn { get; init; } = [];

    /// <summary>Steps of one lane run one after the other; lanes run side by side.</summary>
    public IReadOnlyList<IReadOnlyList<Step>> Lanes { get; init; } = [];

    public IReadOnlyList<StageCheck> Checks { get; init; } = [];

    /// <summary>Takes back what the stage made, in lanes as well.</summary>
    public IReadOnlyList<IReadOnlyList<Step>> Undo { get; init; } = [];

    /// <summary>Whether clusters show that the stage has begun to act; asked of stages that end the observations of others.</summary>
    public Func<CancellationToken, Task<bool>> HasBegun { get; init; } = _ => Task.FromResult(false);

    /// <summary>What the lab's state shows once the stage is reached, and no longer when it was taken back.</summary>
    public Func<LabState, bool, LabState> Publish { get; init; } = (state, _) => state;

    public IEnumerable<Step> Steps => Lanes.SelectMany(lane => lane);
}
