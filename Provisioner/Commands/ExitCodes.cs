namespace Provisioner.Commands;

internal static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>What was asked for could not be done.</summary>
    public const int Failed = 1;

    /// <summary>What was asked for does not exist.</summary>
    public const int Usage = 2;
}
