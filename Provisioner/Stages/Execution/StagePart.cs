namespace Provisioner.Stages.Execution;

internal enum StagePart
{
    Act,
    Check,
}
