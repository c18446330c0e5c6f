using System.Text.Json.Nodes;
using Emulator.Schema.Model;

namespace Emulator.Schema.OpenApi;

/// <summary>The schemas of one OpenAPI document, each with all that it refers to.</summary>
/// <param name="reference">Where schemas are found in the document: <c>#/components/schemas/</c> or <c>#/definitions/</c>.</param>
/// <param name="documentation">Finds descriptions; null leaves them out.</param>
internal sealed class ComponentSchemas(string reference, ModelDocumentation? documentation)
{
    // Version 2 of OpenAPI allows nothing beside $ref.
    private readonly bool siblings = reference.StartsWith("#/components", StringComparison.Ordinal);

    public JsonObject All { get; } = [];

    /// <summary>Adds a struct and what it refers to; returns its name.</summary>
    public string Add(SchemaNode node, string package)
    {
        var name = SchemaNames.For(node, package);
        if (!All.ContainsKey(name))
        {
            All[name] = null;
            All[name] = Struct(node, SchemaNames.PackageOf(name));
        }

        return name;
    }

    private JsonObject Struct(SchemaNode node, string package)
    {
        var schema = Described(node.Model is { } model ? documentation?.Type(model) : null);
        schema["type"] = "object";
        var properties = new JsonObject();
        foreach (var (name, field) in node.Properties.OrderBy(property => property.Key, StringComparer.Ordinal))
        {
            properties[name] = Property(field, package, node.Model is { } owner ? documentation?.Property(owner, name) : null);
        }

        if (properties.Count > 0)
        {
            schema["properties"] = properties;
        }

        if (node.Required.Count > 0)
        {
            schema["required"] = new JsonArray([.. node.Required.Select(item => JsonValue.Create(item))]);
        }

        if (node.Atomic)
        {
            schema["x-kubernetes-map-type"] = "atomic";
        }

        return schema;
    }

    private JsonObject Property(SchemaNode node, string package, string? description)
    {
        var schema = Described(description);
        switch (node.Type)
        {
            case SchemaType.Object:
                var target = new JsonObject { ["$ref"] = reference + Add(node, package) };
                if (!siblings)
                {
                    schema["$ref"] = target["$ref"]!.DeepClone();
                    break;
                }

                schema["default"] = new JsonObject();
                schema["allOf"] = new JsonArray(target);
                break;
            case SchemaType.List:
                schema["type"] = "array";
                schema["items"] = Property(node.Element!, package, null);
                AddListRules(schema, node);
                break;
            case SchemaType.Map:
                schema["type"] = "object";
                schema["additionalProperties"] = Property(node.Element!, package, null);
                if (node.Atomic)
                {
                    schema["x-kubernetes-map-type"] = "atomic";
                }

                break;
            case SchemaType.Any:
                schema["type"] = "object";
                break;
            case SchemaType.IntOrString when siblings:
                schema["format"] = "int-or-string";
                schema["oneOf"] = new JsonArray(new JsonObject { ["type"] = "integer" }, new JsonObject { ["type"] = "string" });
                break;
            case SchemaType.Quantity when siblings:
                schema["oneOf"] = new JsonArray(new JsonObject { ["type"] = "string" }, new JsonObject { ["type"] = "number" });
                break;
            default:
                schema["type"] = node.Type switch
                {
                    SchemaType.Integer => "integer",
                    SchemaType.Number => "number",
                    SchemaType.Boolean => "boolean",
                    _ => "string",
                };
                if (node.Format.Length > 0)
                {
                    schema["format"] = node.Format is "micro-time" ? "date-time" : node.Format;
                }

                break;
        }

        return schema;
    }

    private static void AddListRules(JsonObject schema, SchemaNode node)
    {
        schema["x-kubernetes-list-type"] = node.ListType switch { ListType.Map => "map", ListType.Set => "set", _ => "atomic" };
        if (node.ListType is ListType.Map)
        {
            schema["x-kubernetes-list-map-keys"] = new JsonArray([.. node.ListKeys.Select(key => JsonValue.Create(key))]);
        }

        if (node.PatchMerges)
        {
            schema["x-kubernetes-patch-strategy"] = "merge";
            if (node.PatchMergeKey is { } key)
            {
                schema["x-kubernetes-patch-merge-key"] = key;
            }
        }
    }

    private static JsonObject Described(string? text) => text is { Length: > 0 } ? new JsonObject { ["description"] = text } : [];
}
