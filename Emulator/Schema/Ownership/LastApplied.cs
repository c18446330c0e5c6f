using System.Text.Json;
using System.Text.Json.Nodes;
using Emulator.Schema.Model;
using Emulator.Storage;

namespace Emulator.Schema.Ownership;

/// <summary>The annotation in which kubectl's client-side apply keeps what it applied; kubectl's server-side apply keeps it up to date.</summary>
internal static class LastApplied
{
    private const string Annotation = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>The fields that client-side apply set; null when there is no such annotation.</summary>
    public static FieldSet? Fields(JsonObject live, SchemaNode schema)
    {
        try
        {
            return live.Annotation(Annotation) is { } text && JsonNode.Parse(text) is JsonObject applied ? FieldCollector.Collect(applied, schema) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static void Refresh(JsonObject node, JsonObject applied, string manager)
    {
        if (manager != "kubectl" || node.Annotation(Annotation) is null)
        {
            return;
        }

        var copy = (JsonObject)applied.DeepClone();
        if (copy["metadata"] is JsonObject metadata)
        {
            metadata.Remove("managedFields");
            if (metadata["annotations"] is JsonObject annotations && annotations.Remove(Annotation) && annotations.Count == 0)
            {
                metadata.Remove("annotations");
            }
        }

        node["metadata"]!["annotations"]![Annotation] = Sorted(copy)!.ToJsonString(StoreJson.Options) + "\n";
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => KeyValuePair.Create(field.Key, Sorted(field.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
