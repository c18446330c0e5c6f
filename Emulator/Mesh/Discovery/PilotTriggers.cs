using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.Discovery;

/// <summary>Which changes can change the snapshot. Heartbeats and status updates, by far the most, cannot.</summary>
internal static class PilotTriggers
{
    private static readonly HashSet<ResourceType> Whole =
    [
        KnownTypes.EndpointSlices, KnownTypes.Secrets, KnownTypes.ConfigMaps, MeshTypes.Gateways, MeshTypes.VirtualServices, MeshTypes.DestinationRules,
        MeshTypes.ServiceEntries, MeshTypes.PeerAuthentications, MeshTypes.RequestAuthentications, MeshTypes.AuthorizationPolicies, MeshTypes.Telemetries,
        MeshTypes.Sidecars,
    ];

    private static readonly HashSet<ResourceType> Watched = [KnownTypes.Services, KnownTypes.Pods, KnownTypes.Nodes];

    public static bool Matters(StoreEvent change)
    {
        var key = change.Object.Key;
        return !IsNoise(key)
            && (Watched.Contains(key.Type) || Whole.Contains(key.Type))
            && (change.Type is not StoreEventType.Modified || change.Previous is null || Matters(key.Type, change.Previous.Node, change.Object.Node));
    }

    /// <summary>Whether two states of an object of this type differ in what the snapshot is made of.</summary>
    public static bool Matters(ResourceType type, JsonObject before, JsonObject now) =>
        Whole.Contains(type)
        || (type == KnownTypes.Services ? Differs(before["spec"], now["spec"])
            : type == KnownTypes.Pods ? Labels(before, now) || Differs(before["spec"]?["nodeName"], now["spec"]?["nodeName"])
            : type == KnownTypes.Nodes && (Labels(before, now) || Differs(before["metadata"]?["annotations"], now["metadata"]?["annotations"])));

    // istiod's own root certificates, one per namespace.
    private static bool IsNoise(ResourceKey key) => key.Type == KnownTypes.ConfigMaps && key.Namespace != MeshTypes.SystemNamespace;

    private static bool Labels(JsonObject before, JsonObject now) => Differs(before["metadata"]?["labels"], now["metadata"]?["labels"]);

    private static bool Differs(JsonNode? before, JsonNode? now) => !JsonNode.DeepEquals(before, now);
}
