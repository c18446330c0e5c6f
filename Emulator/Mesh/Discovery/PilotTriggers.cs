using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.Discovery;

/// <summary>Which changes can change the snapshot. Heartbeats and status updates, by far the most, cannot.</summary>
internal static class PilotTriggers
{
    private static readonly HashSet<ResourceType> Whole =
    [
        KnownTypes.EndpointSlices, KnownTypes.Secrets, KnownTypes.ConfigMaps, MeshTypes.Gateways, MeshTypes.VirtualServices, MeshTypes.DestinationRules,
        MeshTypes.ServiceEntries, MeshTypes.PeerAuthentications, MeshTypes.Telemetries,
    ];

    public static bool Matters(StoreEvent change)
    {
        var type = change.Object.Key.Type;
        return Whole.Contains(type) ? !IsNoise(change.Object.Key)
            : type == KnownTypes.Services ? Differs(change, "spec") || Differs(change, "metadata", "labels")
            : type == KnownTypes.Pods ? Differs(change, "metadata", "labels") || Differs(change, "spec", "nodeName") || Differs(change, "status", "podIP")
            : type == KnownTypes.Nodes && (Differs(change, "metadata", "labels") || Differs(change, "metadata", "annotations"));
    }

    // istiod's own root certificates, one per namespace.
    private static bool IsNoise(ResourceKey key) => key.Type == KnownTypes.ConfigMaps && key.Namespace != MeshTypes.SystemNamespace;

    private static bool Differs(StoreEvent change, params ReadOnlySpan<string> path)
    {
        if (change.Type is not StoreEventType.Modified || change.Previous is null)
        {
            return true;
        }

        JsonNode? now = change.Object.Node;
        JsonNode? before = change.Previous.Node;
        foreach (var field in path)
        {
            now = now?[field];
            before = before?[field];
        }

        return !JsonNode.DeepEquals(now, before);
    }
}
