using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Emulator.Schema.Cel;
using Emulator.Schema.Crd;
using Emulator.Schema.Decoding;
using Emulator.Schema.Defaults;

namespace Emulator.Schema.Validation;

/// <summary>The rules for the schema of a CustomResourceDefinition: every value has a type, and nothing forbidden is used.</summary>
internal static class StructuralSchema
{
    private static readonly string[] Types = ["array", "boolean", "integer", "number", "object", "string"];
    private static readonly string[] Forbidden = ["$ref", "$schema", "definitions", "dependencies", "patternProperties", "additionalItems", "id"];

    public static void Check(JsonObject schema, string field, Causes causes)
    {
        if (schema.Text("type") is not "object")
        {
            if (string.IsNullOrEmpty(schema.Text("type")))
            {
                causes.Required($"{field}.type", "must not be empty at the root");
            }
            else
            {
                causes.InvalidText($"{field}.type", schema.Text("type")!, "must be object at the root");
            }

            return;
        }

        var costs = new RuleCosts();
        CheckValue(schema, field, new SchemaPlace("at the root", null, 1, costs), causes);
        costs.Check(field, causes);
        if (schema.Map("properties").Map("metadata") is { } metadata
            && (metadata.Any(part => part.Key is not ("type" or "properties" or "description"))
                || (metadata.Map("properties") ?? []).Any(part => part.Key is not ("name" or "generateName"))))
        {
            causes.Forbidden($"{field}.properties[metadata]", "must not specify anything other than name and generateName, but metadata is implicitly specified");
        }
    }

    private static void CheckValue(JsonObject schema, string field, SchemaPlace place, Causes causes)
    {
        var type = schema.Text("type") ?? "";
        var free = schema.IsTrue("x-kubernetes-int-or-string") || schema.IsTrue("x-kubernetes-preserve-unknown-fields");
        if (type.Length == 0)
        {
            if (!free)
            {
                causes.Required($"{field}.type", $"must not be empty for {place.Text}");
            }
        }
        else if (!Types.Contains(type))
        {
            causes.NotSupported($"{field}.type", type, Types);
        }

        if (type.Length > 0 && schema.IsTrue("x-kubernetes-int-or-string"))
        {
            causes.Forbidden($"{field}.type", "must be empty if x-kubernetes-int-or-string is true");
        }

        if (schema["x-kubernetes-preserve-unknown-fields"] is JsonValue kept && kept.TryGetValue<bool>(out var keeps) && !keeps)
        {
            causes.Invalid($"{field}.x-kubernetes-preserve-unknown-fields", "false", "must be true or undefined");
        }

        if (schema.IsTrue("x-kubernetes-embedded-resource") && !schema.IsTrue("x-kubernetes-preserve-unknown-fields") && schema.Map("properties") is not { Count: > 0 })
        {
            causes.Required($"{field}.properties", "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields");
        }

        RuleSource.Check(schema, place.IsRoot || schema.IsTrue("x-kubernetes-embedded-resource"), place, field, causes);
        CheckDefault(schema, field, causes);
        foreach (var name in Forbidden)
        {
            if (schema[name] is not null)
            {
                causes.Forbidden($"{field}.{name}", $"{name} is not supported");
            }
        }

        if (schema.IsTrue("uniqueItems"))
        {
            causes.Forbidden($"{field}.uniqueItems", "uniqueItems cannot be set to true since the runtime complexity becomes quadratic");
        }

        if (schema.Map("properties") is not null && schema["additionalProperties"] is JsonObject)
        {
            causes.Forbidden($"{field}.additionalProperties", "must not be used together with properties: additionalProperties and properties are mutual exclusive");
        }

        if (schema.Text("pattern") is { Length: > 0 } pattern && !IsPattern(pattern))
        {
            causes.InvalidText($"{field}.pattern", pattern, $"must be a valid regular expression, but isn't: error parsing regexp: {PatternFault(pattern)}");
        }

        CheckLists(schema, type, field, causes);
        var below = SchemaSizes.MostBelow(schema);
        foreach (var (name, property) in schema.Map("properties") ?? [])
        {
            if (property is JsonObject inner)
            {
                CheckValue(inner, $"{field}.properties[{name}]", place.Below("specified object fields", below, place.Uncorrelated), causes);
            }
        }

        if (schema.Map("additionalProperties") is { } values)
        {
            CheckValue(values, $"{field}.additionalProperties", place.Below("specified object fields", below, place.Uncorrelated), causes);
        }

        if (schema.Map("items") is { } items)
        {
            var correlated = schema.Text("x-kubernetes-list-type") == "map";
            CheckValue(items, $"{field}.items", place.Below("specified array items", below, correlated ? place.Uncorrelated : place.Uncorrelated ?? field), causes);
        }
    }

    /// <summary>A default must be what the schema itself allows.</summary>
    private static void CheckDefault(JsonObject schema, string field, Causes causes)
    {
        if (schema["default"] is not { } value)
        {
            return;
        }

        var holder = new JsonObject { ["default"] = value.DeepClone() };
        var holderSchema = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["default"] = schema.DeepClone() } };
        new FieldDecoder(typed: false).Decode(holder, CustomSchema.Node(holderSchema));
        if (!JsonNode.DeepEquals(holder["default"], value))
        {
            causes.Invalid($"{field}.default", GoValue.Print(value), "must not have unknown fields");
            return;
        }

        var before = causes.Found.Count;
        new CustomValidator(causes).Check(value, null, schema, $"{field}.default");
        if (causes.Found.Count == before)
        {
            CelRules.Check(value, null, schema, $"{field}.default", causes);
        }
    }

    private static void CheckLists(JsonObject schema, string type, string field, Causes causes)
    {
        if (type == "array" && schema["items"] is null && !schema.IsTrue("x-kubernetes-preserve-unknown-fields"))
        {
            causes.Required($"{field}.items", "must be specified");
        }

        if (schema.Text("x-kubernetes-list-type") is not { } listType)
        {
            return;
        }

        if (listType is not ("atomic" or "map" or "set"))
        {
            causes.NotSupported($"{field}.x-kubernetes-list-type", listType, "atomic", "map", "set");
        }

        if (listType != "map")
        {
            return;
        }

        if (schema["x-kubernetes-list-map-keys"] is not JsonArray { Count: > 0 } keys)
        {
            causes.Required($"{field}.x-kubernetes-list-map-keys", "must not be empty if x-kubernetes-list-type is map");
            return;
        }

        for (var at = 0; at < keys.Count; at++)
        {
            if (schema.Map("items").Map("properties")?.ContainsKey(keys[at]!.ToString()) != true)
            {
                causes.InvalidText($"{field}.x-kubernetes-list-map-keys[{at}]", keys[at]!.ToString(), "must be one of properties of the items");
            }
        }
    }

    /// <summary>What Go's regexp says of the usual mistakes.</summary>
    private static string PatternFault(string pattern)
    {
        var open = pattern.LastIndexOf('[');
        return open >= 0 && pattern.IndexOf(']', open) < 0 ? $"missing closing ]: `{pattern[open..]}`"
            : pattern.Length > 0 && pattern[0] is '*' or '+' or '?' ? $"missing argument to repetition operator: `{pattern[0]}`"
            : pattern.Count(character => character == '(') > pattern.Count(character => character == ')') ? $"missing closing ): `{pattern}`"
            : $"unexpected ): `{pattern}`";
    }

    private static bool IsPattern(string pattern)
    {
        try
        {
            _ = new Regex(GoPattern.ToDotNet(pattern));
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
