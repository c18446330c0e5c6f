namespace Provisioner.Stages.Execution;

/// <summary>The acting or the checking part of a stage.</summary>
internal readonly record struct StageNode(int Stage, StagePart Part)
{
    public static StageNode Act(int stage) => new(stage, StagePart.Act);

    public static StageNode Check(int stage) => new(stage, StagePart.Check);

    public override string ToString() => $"{Part.ToString().ToLowerInvariant()} {Stage}";
}
