using System.Text.Json.Nodes;

namespace Emulator.Storage;

/// <summary>Short ways to read fields that may be absent.</summary>
internal static class JsonReading
{
    public static string? Text(this JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static bool IsTrue(this JsonNode? node) => node is JsonValue value && value.TryGetValue<bool>(out var truth) && truth;

    public static int Int(this JsonNode? node, int otherwise = 0) => (int)(node.AsLong() ?? otherwise);

    /// <summary>The objects of an array; none when there is no array.</summary>
    public static IEnumerable<JsonObject> Items(this JsonNode? node) => node is JsonArray array ? array.OfType<JsonObject>() : [];

    public static DateTimeOffset? Time(this JsonNode? node) => DateTimeOffset.TryParse(node.Text(), out var time) ? time : null;

    /// <summary>The object in a field, made when there is none.</summary>
    public static JsonObject Ensure(this JsonObject node, string field) =>
        node[field] as JsonObject ?? (JsonObject)(node[field] = new JsonObject());

    public static JsonObject? Condition(this JsonObject node, string type) => Conditions.Find(node["status"], type);

    public static bool HasCondition(this JsonObject node, string type) => node.Condition(type)?["status"].Text() == "True";

    /// <summary>The reference to the controller that owns this object.</summary>
    public static JsonObject? Controller(this JsonObject node) =>
        node["metadata"]?["ownerReferences"].Items().FirstOrDefault(owner => owner["controller"].IsTrue());

    public static string? ControllerUid(this JsonObject node) => node.Controller()?["uid"].Text();

    /// <summary>An owner reference of a controller to what it creates.</summary>
    public static JsonObject OwnerReference(this JsonObject owner, string apiVersion, string kind) => new()
    {
        ["apiVersion"] = apiVersion,
        ["kind"] = kind,
        ["name"] = owner.Name(),
        ["uid"] = owner.Uid(),
        ["controller"] = true,
        ["blockOwnerDeletion"] = true,
    };
}
