namespace Provisioner.Stages;

internal enum StagePart
{
    Act,
    Check,
}
