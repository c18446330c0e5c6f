using System.Text.Json.Nodes;

namespace Emulator.Storage;

/// <summary>The parts of an object's metadata that everything here reads.</summary>
internal static class JsonObjectMetadata
{
    public static string Name(this JsonObject node) => node["metadata"]?["name"]?.GetValue<string>() ?? "";

    public static string Namespace(this JsonObject node) => node["metadata"]?["namespace"]?.GetValue<string>() ?? "";

    public static string Uid(this JsonObject node) => node["metadata"]?["uid"]?.GetValue<string>() ?? "";

    public static string Kind(this JsonObject node) => node["kind"]?.GetValue<string>() ?? "";

    public static bool IsDeleting(this JsonObject node) => node["metadata"]?["deletionTimestamp"] is not null;

    public static IReadOnlyList<string> Finalizers(this JsonObject node) =>
        node["metadata"]?["finalizers"] is JsonArray list ? [.. list.Select(item => item!.GetValue<string>())] : [];

    public static void RemoveFinalizer(this JsonObject node, string finalizer)
    {
        var left = node.Finalizers().Where(item => item != finalizer).Select(item => (JsonNode)JsonValue.Create(item)).ToArray();
        if (left.Length > 0)
        {
            node["metadata"]!["finalizers"] = new JsonArray(left);
        }
        else
        {
            node["metadata"]?.AsObject().Remove("finalizers");
        }
    }

    public static string? Label(this JsonObject node, string key) => node["metadata"]?["labels"]?[key]?.GetValue<string>();

    public static string? Annotation(this JsonObject node, string key) => node["metadata"]?["annotations"]?[key]?.GetValue<string>();

    public static IReadOnlyDictionary<string, string> Labels(this JsonObject node) =>
        node["metadata"]?["labels"] is JsonObject labels ? labels.ToDictionary(label => label.Key, label => label.Value!.GetValue<string>()) : [];

    /// <summary>A number as long, whatever type it was made from; null when absent.</summary>
    public static long? AsLong(this JsonNode? node) =>
        node is not JsonValue value ? null
        : value.TryGetValue<long>(out var wide) ? wide
        : value.TryGetValue<int>(out var narrow) ? narrow
        : null;

    /// <summary>Makes a field equal to the other object's, absent included.</summary>
    public static void CopyFrom(this JsonObject target, JsonObject source, string field)
    {
        if (source[field] is { } value)
        {
            target[field] = value.DeepClone();
        }
        else
        {
            target.Remove(field);
        }
    }
}
