using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Api.Tables;

/// <summary>Reads values for table cells.</summary>
internal static class Cells
{
    public const string None = "<none>";
    public const string Unset = "<unset>";
    public const string Unknown = "<unknown>";

    public static JsonNode? At(JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var part in path)
        {
            node = (node as JsonObject)?[part];
        }

        return node;
    }

    public static string Text(JsonNode? node, params ReadOnlySpan<string> path) => At(node, path) is JsonValue value ? value.ToString() : "";

    public static long Number(JsonNode? node, params ReadOnlySpan<string> path) => At(node, path).AsLong() ?? 0;

    public static int Size(JsonNode? node, params ReadOnlySpan<string> path) => At(node, path) switch
    {
        JsonObject fields => fields.Count,
        JsonArray list => list.Count,
        _ => 0,
    };

    public static IEnumerable<JsonObject> Items(JsonNode? node, params ReadOnlySpan<string> path) => (At(node, path) as JsonArray ?? []).OfType<JsonObject>();

    public static string Or(string text, string otherwise) => text.Length > 0 ? text : otherwise;

    public static string Join(IEnumerable<string> parts) => string.Join(',', parts);

    public static string Selector(JsonNode? selector) => Or(SelectorText.Of(selector), None);

    /// <summary>The names of the containers of a pod template, or their images.</summary>
    public static string Containers(JsonNode? podSpec, string field) => Join(Items(podSpec, "containers").Select(container => Text(container, field)));

    public static string Condition(JsonNode node, string type) =>
        Items(node, "status", "conditions").Where(condition => Text(condition, "type") == type).Select(condition => Text(condition, "status")).FirstOrDefault() ?? "";
}
