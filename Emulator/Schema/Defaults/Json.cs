using System.Text.Json.Nodes;

namespace Emulator.Schema.Defaults;

/// <summary>Short words for reading and filling in fields.</summary>
internal static class Json
{
    /// <summary>Sets a field that is absent or null.</summary>
    public static void Default(this JsonObject node, string field, JsonNode value)
    {
        if (node[field] is null)
        {
            node[field] = value;
        }
    }

    /// <summary>Sets a text that is absent or empty.</summary>
    public static void DefaultText(this JsonObject node, string field, string value)
    {
        if (string.IsNullOrEmpty(node.Text(field)))
        {
            node[field] = value;
        }
    }

    /// <summary>Sets a number that is absent or zero.</summary>
    public static void DefaultNumber(this JsonObject node, string field, long value)
    {
        if (node[field] is not JsonValue number || number.ToJsonString() == "0")
        {
            node[field] = value;
        }
    }

    public static string? Text(this JsonObject node, string field) => node[field] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static JsonObject? Map(this JsonObject? node, string field) => node?[field] as JsonObject;

    public static IEnumerable<JsonObject> Items(this JsonObject? node, string field) => (node?[field] as JsonArray)?.OfType<JsonObject>() ?? [];

    public static bool IsTrue(this JsonObject node, string field) => node[field] is JsonValue value && value.TryGetValue<bool>(out var truth) && truth;

    /// <summary>The object in a field, made when it is absent.</summary>
    public static JsonObject Ensure(JsonObject node, string field)
    {
        if (node[field] is not JsonObject found)
        {
            node[field] = found = [];
        }

        return found;
    }
}
