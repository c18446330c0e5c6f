namespace Provisioner.Stages;

/// <summary>Gives steps and checks the time that the real cloud takes: machines start, load balancers are programmed around the world.</summary>
internal static class CloudPatience
{
    /// <summary>A new global address answers 404 or 502 for some minutes.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromMinutes(15);

    public static IReadOnlyList<StageDefinition> Stretch(IEnumerable<StageDefinition> stages) =>
    [
        .. stages.Select(stage => stage with
        {
            Lanes = Stretch(stage.Lanes),
            Undo = Stretch(stage.Undo),
            Checks = [.. stage.Checks.Select(check => check with { Deadline = Longer(check.Deadline) })],
        }),
    ];

    private static IReadOnlyList<IReadOnlyList<Step>> Stretch(IReadOnlyList<IReadOnlyList<Step>> lanes) =>
        [.. lanes.Select(lane => (IReadOnlyList<Step>)[.. lane.Select(step => step with { Deadline = Longer(step.Deadline) })])];

    private static TimeSpan Longer(TimeSpan deadline) => deadline > Least ? deadline : Least;
}
