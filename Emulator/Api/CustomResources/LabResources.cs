using System.Text.Json.Nodes;

namespace Emulator.Api.CustomResources;

/// <summary>The lab's own types: the path between pod networks, and faults on it.</summary>
internal static class LabResources
{
    public static IEnumerable<JsonObject> All() =>
    [
        Definition("podroutes", "podroute", "PodRoute", """
            {"type":"object","required":["spec"],"properties":{
              "spec":{"type":"object","required":["peerCIDR"],"properties":{
                "peerCIDR":{"type":"string","description":"Connections from these pod addresses are let in"},
                "peerCluster":{"type":"string","description":"The cluster the addresses belong to"}}},
              "status":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}
            """,
            """[{"name":"Peer","type":"string","jsonPath":".spec.peerCluster"},{"name":"CIDR","type":"string","jsonPath":".spec.peerCIDR"},{"name":"Ready","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].status"},{"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"}]"""),
        Definition("networkfaults", "networkfault", "NetworkFault", """
            {"type":"object","required":["spec"],"properties":{
              "spec":{"type":"object","required":["peer"],"properties":{
                "peer":{"type":"string","description":"The cluster whose traffic is dropped here"},
                "pods":{"type":"boolean","description":"Drop connections from its pods"},
                "api":{"type":"boolean","description":"Leave requests of its control plane unanswered"}}},
              "status":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}
            """,
            """[{"name":"Peer","type":"string","jsonPath":".spec.peer"},{"name":"Pods","type":"boolean","jsonPath":".spec.pods"},{"name":"API","type":"boolean","jsonPath":".spec.api"},{"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"}]"""),
    ];

    private static JsonObject Definition(string plural, string singular, string kind, string schema, string columns) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = $"{plural}.lab.dev" },
        ["spec"] = new JsonObject
        {
            ["group"] = "lab.dev",
            ["names"] = new JsonObject
            {
                ["plural"] = plural,
                ["singular"] = singular,
                ["kind"] = kind,
                ["listKind"] = kind + "List",
            },
            ["scope"] = "Cluster",
            ["versions"] = new JsonArray(new JsonObject
            {
                ["name"] = "v1",
                ["served"] = true,
                ["storage"] = true,
                ["schema"] = new JsonObject { ["openAPIV3Schema"] = JsonNode.Parse(schema) },
                ["subresources"] = new JsonObject { ["status"] = new JsonObject() },
                ["additionalPrinterColumns"] = JsonNode.Parse(columns),
            }),
            ["conversion"] = new JsonObject { ["strategy"] = "None" },
        },
    };
}
