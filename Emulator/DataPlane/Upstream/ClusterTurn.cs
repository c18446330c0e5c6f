namespace Emulator.DataPlane.Upstream;

/// <summary>Whose turn it is in a cluster; it goes on when a snapshot replaces the cluster.</summary>
internal sealed class ClusterTurn
{
    // Anywhere, as in Envoy: gateways and sidecars that start together must not all begin with the same endpoint.
    private int value = Random.Shared.Next();

    public uint Next() => (uint)Interlocked.Increment(ref value);
}
