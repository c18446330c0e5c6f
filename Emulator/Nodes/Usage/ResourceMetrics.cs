using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>The newest figures of what pods and nodes use; replaced whole with every sample.</summary>
internal sealed class ResourceMetrics
{
    private volatile UsageSnapshot current = new(new Dictionary<ResourceKey, PodUsage>(), new Dictionary<string, NodeUsage>());

    public UsageSnapshot Current
    {
        get => current;
        set => current = value;
    }

    /// <summary>What a pod uses; null until it has run for two samples.</summary>
    public PodUsage? Find(string ns, string pod) => current.Pods.GetValueOrDefault(new ResourceKey(KnownTypes.Pods, ns, pod));
}

/// <summary>What all pods and nodes used at one time.</summary>
internal sealed record UsageSnapshot(IReadOnlyDictionary<ResourceKey, PodUsage> Pods, IReadOnlyDictionary<string, NodeUsage> Nodes);
