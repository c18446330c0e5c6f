namespace Emulator.Nodes;

/// <summary>What one container, or one node, uses.</summary>
/// <param name="Nanocores">CPU seconds per second, in billionths.</param>
/// <param name="Bytes">Resident memory.</param>
internal sealed record ResourceUsage(long Nanocores, long Bytes)
{
    public static ResourceUsage operator +(ResourceUsage one, ResourceUsage other) => new(one.Nanocores + other.Nanocores, one.Bytes + other.Bytes);
}

/// <summary>What a running container uses.</summary>
internal sealed record ContainerUsage(string Name, ResourceUsage Usage);

/// <summary>What a running pod uses, per container.</summary>
/// <param name="Taken">The end of the window over which CPU time was measured.</param>
internal sealed record PodUsage(string Node, DateTimeOffset Taken, TimeSpan Window, IReadOnlyList<ContainerUsage> Containers);

/// <summary>What a node uses: its pods, and its share of what the cluster's process does for none of them.</summary>
internal sealed record NodeUsage(DateTimeOffset Taken, TimeSpan Window, ResourceUsage Usage);
