using System.Text.Json;
using System.Text.Json.Nodes;

namespace Provisioner.Kubernetes;

/// <summary>Readings of Kubernetes objects as JSON.</summary>
internal static class KubeObject
{
    public static string Name(this JsonObject item) => item["metadata"]!["name"]!.GetValue<string>();

    public static string? Namespace(this JsonObject item) => item["metadata"]?["namespace"]?.GetValue<string>();

    public static string Kind(this JsonObject item) => item["kind"]?.GetValue<string>() ?? "";

    public static string? Label(this JsonObject item, string key) => (item["metadata"]?["labels"] as JsonObject)?[key]?.GetValue<string>();

    public static string? Annotation(this JsonObject item, string key) => (item["metadata"]?["annotations"] as JsonObject)?[key]?.GetValue<string>();

    public static string? ResourceVersion(this JsonObject item) => item["metadata"]?["resourceVersion"]?.GetValue<string>();

    public static bool IsBeingDeleted(this JsonObject item) => item["metadata"]?["deletionTimestamp"] is not null;

    public static int Int(this JsonNode? node, int otherwise = 0) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.Number && int.TryParse(value.ToJsonString(), out var number) ? number : otherwise;

    public static IEnumerable<JsonObject> Objects(this JsonNode? array) => (array as JsonArray)?.OfType<JsonObject>() ?? [];

    /// <summary>The condition of that type, or null.</summary>
    public static JsonObject? Condition(this JsonObject item, string type) =>
        item["status"]?["conditions"].Objects().FirstOrDefault(condition => condition["type"]?.GetValue<string>() == type);

    public static bool IsTrue(this JsonObject item, string condition) => item.Condition(condition)?["status"]?.GetValue<string>() == "True";
}
