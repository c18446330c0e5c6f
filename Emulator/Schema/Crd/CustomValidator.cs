using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Schema.Validation;

namespace Emulator.Schema.Crd;

/// <summary>Holds a custom resource to the schema of its definition, in the words of k8s.io/kube-openapi.</summary>
/// <remarks>What an update leaves as it was is not looked at again, so that an object older than a rule can still be changed elsewhere.</remarks>
internal sealed class CustomValidator(Causes causes)
{
    public void Check(JsonNode? value, JsonNode? old, JsonObject schema, string field)
    {
        if (old is not null && JsonNode.DeepEquals(value, old))
        {
            return;
        }

        if (value is null)
        {
            if (!schema.IsTrue("nullable") && schema["type"] is not null)
            {
                WrongType("null", schema, field);
            }

            return;
        }

        if (!HasType(value, schema))
        {
            WrongType(TypeName(value), schema, field);
            return;
        }

        CheckEnum(value, schema, field);
        switch (value)
        {
            case JsonObject map:
                CheckFields(map, old as JsonObject, schema, field);
                break;
            case JsonArray list:
                CheckItems(list, old as JsonArray, schema, field);
                break;
            default:
                ScalarRules.Check(value, schema, field, causes);
                break;
        }

        CompositeRules.Check(value, schema, field, causes);
    }

    public static string TypeName(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Number => IsWhole(value) ? "integer" : "number",
        _ => "null",
    };

    private static bool IsWhole(JsonNode value) =>
        double.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Math.Floor(number) == number;

    private static bool HasType(JsonNode value, JsonObject schema)
    {
        var type = TypeName(value);
        return schema.IsTrue("x-kubernetes-int-or-string") ? type is "integer" or "string"
            : schema.Text("type") is not { Length: > 0 } wanted || wanted == type || wanted == "number" && type == "integer";
    }

    private void WrongType(string found, JsonObject schema, string field)
    {
        var wanted = schema.IsTrue("x-kubernetes-int-or-string") ? "integer,string" : schema.Text("type") ?? "";
        causes.Add("FieldValueTypeInvalid", field, $"Invalid value: \"{found}\"", $"{field} in body must be of type {wanted}: \"{found}\"");
    }

    private void CheckEnum(JsonNode value, JsonObject schema, string field)
    {
        if (schema["enum"] is JsonArray allowed && !allowed.Any(item => JsonNode.DeepEquals(item, value)))
        {
            var supported = string.Join(", ", allowed.Select(item => GoQuote.Text(item?.ToString() ?? "null")));
            causes.Add("FieldValueNotSupported", field, $"Unsupported value: {ScalarRules.Printed(value)}", $"supported values: {supported}");
        }
    }

    private void CheckFields(JsonObject map, JsonObject? old, JsonObject schema, string field)
    {
        foreach (var name in schema["required"] as JsonArray ?? [])
        {
            if (!map.ContainsKey(name!.ToString()))
            {
                causes.Required(Join(field, name.ToString()));
            }
        }

        ScalarRules.CheckCount(map.Count, schema, "minProperties", "maxProperties", "properties", field, causes);
        var properties = schema.Map("properties");
        foreach (var (name, value) in map)
        {
            if (properties?[name] is JsonObject property)
            {
                Check(value, old?[name], property, Join(field, name));
            }
            else if (schema.Map("additionalProperties") is { } others)
            {
                Check(value, old?[name], others, Join(field, name));
            }
        }
    }

    private void CheckItems(JsonArray list, JsonArray? old, JsonObject schema, string field)
    {
        ScalarRules.CheckCount(list.Count, schema, "minItems", "maxItems", "items", field, causes);
        var keys = (schema["x-kubernetes-list-map-keys"] as JsonArray ?? []).Select(key => key!.ToString()).ToList();
        var seen = new HashSet<string>();
        for (var at = 0; at < list.Count; at++)
        {
            var item = list[at];
            var before = keys.Count > 0 ? old?.FirstOrDefault(other => SameKeys(item, other, keys)) : null;
            if (schema.Map("items") is { } items)
            {
                Check(item, before, items, $"{field}[{at}]");
            }

            var key = schema.Text("x-kubernetes-list-type") switch
            {
                "set" => item?.ToJsonString(),
                "map" => string.Join('\0', keys.Select(name => (item as JsonObject)?[name]?.ToJsonString())),
                _ => null,
            };
            if (key is not null && !seen.Add(key))
            {
                causes.Duplicate($"{field}[{at}]", keys.Count == 0 ? ScalarRules.Printed(item!) : KeyValues((JsonObject)item!, keys));
            }
        }
    }

    private static bool SameKeys(JsonNode? item, JsonNode? other, List<string> keys) =>
        item is JsonObject left && other is JsonObject right && keys.All(key => JsonNode.DeepEquals(left[key], right[key]));

    private static string KeyValues(JsonObject item, List<string> keys) =>
        $"map[string]interface {{}}{{{string.Join(", ", keys.Select(key => $"{GoQuote.Text(key)}:{ScalarRules.Printed(item[key])}"))}}}";

    private static string Join(string field, string name) => field.Length == 0 ? name : $"{field}.{name}";
}
