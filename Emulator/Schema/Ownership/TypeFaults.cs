using System.Text.Json;
using System.Text.Json.Nodes;
using Emulator.Schema.Model;

namespace Emulator.Schema.Ownership;

/// <summary>Finds values of an applied configuration that are not of their field's type, in the words of sigs.k8s.io/structured-merge-diff.</summary>
internal static class TypeFaults
{
    public static IEnumerable<string> Find(JsonNode? value, SchemaNode schema, string path = "")
    {
        if (value is null)
        {
            return [];
        }

        return (schema.Type, value) switch
        {
            (SchemaType.Any, _) => [],
            (SchemaType.Object or SchemaType.Map, JsonObject map) => map.SelectMany(field => Find(field.Value, schema.Field(field.Key) ?? SchemaNode.Anything, $"{path}.{field.Key}")),
            (SchemaType.List, JsonArray list) => list.SelectMany((item, at) => Find(item, schema.Element ?? SchemaNode.Anything, path + Step(schema, item, at))),
            _ => Expected(schema, value) is { } fault ? [$"{path}: {fault}"] : [],
        };
    }

    private static string Step(SchemaNode schema, JsonNode? item, int at) =>
        schema.ListType is not ListType.Atomic && PathElement.Item(schema, item) is { } element ? PathElement.Display(element) : $"[{at}]";

    private static string? Expected(SchemaNode schema, JsonNode value)
    {
        var kind = value.GetValueKind();
        var isScalar = kind is not (JsonValueKind.Object or JsonValueKind.Array);
        return schema.Type switch
        {
            SchemaType.Object or SchemaType.Map => $"expected map, got &{{{GoValue.Print(value)}}}",
            SchemaType.List => $"expected list, got &{{{GoValue.Print(value)}}}",
            SchemaType.Integer or SchemaType.Number when kind is not JsonValueKind.Number => $"expected numeric (int or float), got {TypeName(kind)}",
            SchemaType.Boolean when kind is not (JsonValueKind.True or JsonValueKind.False) => $"expected boolean, got &{{{GoValue.Print(value)}}}",
            SchemaType.String when kind is not JsonValueKind.String && (schema.Format != "date-time" || !isScalar) => $"expected string, got &value.valueUnstructured{{Value:{Literal(value, kind)}}}",
            SchemaType.IntOrString or SchemaType.Quantity when !isScalar => $"expected any scalar, got &{{{GoValue.Print(value)}}}",
            _ => null,
        };
    }

    private static string TypeName(JsonValueKind kind) => kind switch
    {
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "bool",
        JsonValueKind.Array => "[]interface {}",
        _ => "map[string]interface {}",
    };

    private static string Literal(JsonNode value, JsonValueKind kind) => kind is JsonValueKind.Object or JsonValueKind.Array
        ? $"{TypeName(kind)}{{{string.Join(", ", value is JsonObject map ? map.Select(field => $"{GoQuote.Text(field.Key)}:{field.Value?.ToJsonString()}") : value.AsArray().Select(item => item?.ToJsonString()))}}}"
        : value.ToJsonString();
}
