using System.Text.Json.Nodes;
using Emulator.Schema.Model;

namespace Emulator.Schema.Ownership;

/// <summary>Finds items of an applied configuration that have no key, or a key that another one has: nobody could own them.</summary>
internal static class ListKeyFaults
{
    public static IEnumerable<string> Find(JsonNode? value, SchemaNode schema, string path = "") => value switch
    {
        JsonObject map when schema.Type is SchemaType.Object or SchemaType.Map =>
            map.SelectMany(field => Find(field.Value, schema.Field(field.Key) ?? SchemaNode.Anything, $"{path}.{field.Key}")),
        JsonArray list when schema.Type is SchemaType.List && schema.ListType is not ListType.Atomic => Items(list, schema, path),
        _ => [],
    };

    private static IEnumerable<string> Items(JsonArray list, SchemaNode schema, string path)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 0; at < list.Count; at++)
        {
            if (PathElement.Item(schema, list[at]) is not { } element)
            {
                yield return $"{path}: element {at}: associative list with keys has an element that omits key field \"{schema.ListKeys[0]}\" (and doesn't have default value)";
                continue;
            }

            if (!seen.Add(element))
            {
                yield return $"{path}: duplicate entries for key {PathElement.Display(element)}";
            }

            foreach (var fault in Find(list[at], schema.Element!, path + PathElement.Display(element)))
            {
                yield return fault;
            }
        }
    }
}
