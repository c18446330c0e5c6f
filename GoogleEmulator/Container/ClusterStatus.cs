namespace GoogleEmulator.Container;

/// <summary>The states of a cluster that occur here, named as in the API.</summary>
internal static class ClusterStatus
{
    public const string Provisioning = "PROVISIONING";
    public const string Running = "RUNNING";
    public const string Reconciling = "RECONCILING";
    public const string Stopping = "STOPPING";
    public const string Error = "ERROR";
}
