namespace Provisioner.State;

/// <summary>Why the last operation failed.</summary>
public sealed record LabFailure(int Stage, string Step, string Message, string Cure);
