namespace Emulator.DataPlane.Upstream;

/// <summary>Whose turn it is in a cluster; it goes on when a snapshot replaces the cluster.</summary>
internal sealed class ClusterTurn
{
    private int value = -1;

    public uint Next() => (uint)Interlocked.Increment(ref value);
}
