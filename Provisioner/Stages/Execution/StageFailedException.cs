using Provisioner.State;

namespace Provisioner.Stages.Execution;

/// <summary>A stage could not be reached.</summary>
internal sealed class StageFailedException(LabFailure failure, Exception? inner = null)
    : Exception($"stage {failure.Stage}, {failure.Step}: {failure.Message}", inner)
{
    public LabFailure Failure { get; } = failure;
}
