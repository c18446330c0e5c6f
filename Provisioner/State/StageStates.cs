namespace Provisioner.State;

/// <summary>The values of <see cref="StageRecord.State"/>.</summary>
public static class StageStates
{
    public const string Pending = "pending";
    public const string Running = "running";
    public const string Done = "done";
    public const string Failed = "failed";
    public const string Superseded = "superseded";
}
