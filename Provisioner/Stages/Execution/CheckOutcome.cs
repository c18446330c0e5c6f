namespace Provisioner.Stages.Execution;

/// <summary>How one check came out when the lab was verified.</summary>
/// <param name="State">passed, failed or superseded.</param>
internal sealed record CheckOutcome(
    int Stage, string StageName, string Check, string State, string Observed, IReadOnlyDictionary<string, int>? Split = null, string? Cure = null)
{
    public const string PassedState = "passed";
    public const string FailedState = "failed";
    public const string SupersededState = "superseded";

    public static CheckOutcome Passed(StageDefinition stage, StageCheck check, CheckResult result) =>
        new(stage.Number, stage.Name, check.Name, PassedState, result.Observed, result.Split);

    public static CheckOutcome Superseded(StageDefinition stage, StageCheck check, StageDefinition by) =>
        new(stage.Number, stage.Name, check.Name, SupersededState, $"ended when stage {by.Number} {by.Name} began");

    public static CheckOutcome Failed(StageDefinition stage, StageCheck check, Exception e) => e is StageFailedException { Failure: var failure }
        ? new(stage.Number, stage.Name, check.Name, FailedState, failure.Message, Cure: failure.Cure)
        : new(stage.Number, stage.Name, check.Name, FailedState, e.Message, Cure: (e as LabException)?.Cure ?? check.Hint);
}
