namespace Emulator.Mesh.Remote;

/// <summary>What <c>/debug/clusterz</c> says of a remote cluster.</summary>
internal static class RemoteSyncStatus
{
    public const string Syncing = "syncing";
    public const string Synced = "synced";
    public const string Timeout = "timeout";
    public const string Unauthorized = "unauthorized";
    public const string BadKubeconfig = "bad kubeconfig";
}
