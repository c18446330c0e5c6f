using System.Text.Json.Nodes;
using Emulator.Mesh.GatewayApi;
using Emulator.Storage;

namespace Emulator.Mesh.Discovery;

/// <summary>Which changes can change the snapshot. Heartbeats and status updates, by far the most, cannot.</summary>
internal static class PilotTriggers
{
    private static readonly HashSet<ResourceType> Whole =
    [
        KnownTypes.EndpointSlices, KnownTypes.Secrets, KnownTypes.ConfigMaps, MeshTypes.Gateways, MeshTypes.VirtualServices, MeshTypes.DestinationRules,
        MeshTypes.ServiceEntries, MeshTypes.PeerAuthentications, MeshTypes.RequestAuthentications, MeshTypes.AuthorizationPolicies, MeshTypes.Telemetries,
        MeshTypes.Sidecars, MeshTypes.WorkloadEntries, KnownTypes.IngressClasses,
    ];

    private static readonly HashSet<ResourceType> Watched =
        [KnownTypes.Services, KnownTypes.Pods, KnownTypes.Ingresses, KnownTypes.Nodes, KnownTypes.Namespaces, KnownTypes.CustomResourceDefinitions, .. GatewayApiTypes.All];

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
        || (type == KnownTypes.Services ? Differs(before["spec"], now["spec"]) || Annotations(before, now) || (now["spec"]?["type"].Text() == "LoadBalancer" && Differs(before["status"], now["status"]))
            : type == KnownTypes.Namespaces ? Labels(before, now)
            : type == KnownTypes.CustomResourceDefinitions ? now["spec"]?["group"].Text() == GatewayApiTypes.Group && Differs(before["status"], now["status"])
            // Their status is our own writing, unless somebody takes away what we wrote.
            : type.Group == GatewayApiTypes.Group ? Differs(before["spec"], now["spec"]) || Annotations(before, now) || (now["status"] is null && before["status"] is not null)
            : type == KnownTypes.Ingresses ? Differs(before["spec"], now["spec"]) || Annotations(before, now)
            : type == KnownTypes.Pods ? Labels(before, now) || Differs(before["spec"]?["nodeName"], now["spec"]?["nodeName"]) || now.HasCondition("Ready") != before.HasCondition("Ready")
            : type == KnownTypes.Nodes && (Labels(before, now) || Annotations(before, now)));

    // istiod's own root certificates, one per namespace.
    private static bool IsNoise(ResourceKey key) => key.Type == KnownTypes.ConfigMaps && key.Namespace != MeshTypes.SystemNamespace;

    private static bool Labels(JsonObject before, JsonObject now) => Differs(before["metadata"]?["labels"], now["metadata"]?["labels"]);

    private static bool Annotations(JsonObject before, JsonObject now) => Differs(before["metadata"]?["annotations"], now["metadata"]?["annotations"]);

    private static bool Differs(JsonNode? before, JsonNode? now) => !JsonNode.DeepEquals(before, now);
}
