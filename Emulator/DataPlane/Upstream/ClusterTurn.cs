namespace Emulator.DataPlane.Upstream;

/// <summary>Whose turn it is in a cluster; it goes on when a snapshot replaces the cluster.</summary>
/// <param name="first">The endpoint to begin with, counted from 0; may be more than there are endpoints.</param>
internal sealed class ClusterTurn(int first)
{
    private int value = first - 1;

    public uint Next() => (uint)Interlocked.Increment(ref value);
}
