using System.Text.Json.Nodes;
using Emulator.Schema.BuiltIn;
using Emulator.Schema.Model;
using k8s.Models;

namespace Emulator.Schema.OpenApi;

/// <summary>The schemas of one OpenAPI document, each with all that it refers to.</summary>
/// <param name="reference">Where schemas are found in the document: <c>#/components/schemas/</c> or <c>#/definitions/</c>.</param>
/// <param name="documentation">Finds descriptions; null leaves them out.</param>
internal sealed class ComponentSchemas(string reference, ModelDocumentation? documentation)
{
    // Version 2 of OpenAPI allows nothing beside $ref.
    private readonly bool siblings = reference.StartsWith("#/components", StringComparison.Ordinal);

    private const string Meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";

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

    /// <summary>The fields that every object has.</summary>
    public IEnumerable<(string Name, JsonObject Schema)> Common()
    {
        foreach (var name in (string[])["apiVersion", "kind"])
        {
            var text = Described(documentation?.Property(typeof(V1Pod), name));
            text["type"] = "string";
            yield return (name, text);
        }

        yield return ("metadata", Property(BuiltInSchemas.Struct(typeof(V1ObjectMeta)), Meta.TrimEnd('.'), documentation?.Property(typeof(V1Pod), "metadata")));
    }

    private JsonObject Struct(SchemaNode node, string package)
    {
        var schema = Described(node.Model is { } model ? documentation?.Type(model) : null);
        schema["type"] = "object";
        var properties = new JsonObject();
        foreach (var (name, field) in node.Properties.OrderBy(property => property.Key, StringComparer.Ordinal))
        {
            var description = node.Model is { } owner ? documentation?.Property(owner, name) : null;
            var property = name == "fieldsV1" ? Reference(Described(description), Meta + "FieldsV1") : Property(field, package, description);
            if (Enumerations.Of(node.StructName, name) is { } enumeration)
            {
                property["enum"] = new JsonArray([.. enumeration.Values.Select(value => JsonValue.Create(value))]);
                property["description"] = description is { Length: > 0 } ? $"{description}\n\n{enumeration.Meanings}" : enumeration.Meanings;
            }

            properties[name] = property;
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
                if (siblings)
                {
                    schema["default"] = new JsonObject();
                }

                Reference(schema, Add(node, package));
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
            case SchemaType.IntOrString:
                Reference(schema, "io.k8s.apimachinery.pkg.util.intstr.IntOrString");
                break;
            case SchemaType.Quantity:
                Reference(schema, "io.k8s.apimachinery.pkg.api.resource.Quantity");
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

    /// <summary>Points to a schema that has a name of its own; those of scalars are made here.</summary>
    private JsonObject Reference(JsonObject schema, string name)
    {
        All[name] ??= name[(name.LastIndexOf('.') + 1)..] switch
        {
            "IntOrString" when siblings => Either("integer", "string", "int-or-string"),
            "Quantity" when siblings => Either("string", "number", null),
            "IntOrString" => new JsonObject { ["type"] = "string", ["format"] = "int-or-string" },
            "Quantity" => new JsonObject { ["type"] = "string" },
            "FieldsV1" => new JsonObject { ["type"] = "object" },
            _ => null,
        };
        if (siblings)
        {
            schema["allOf"] = new JsonArray(new JsonObject { ["$ref"] = reference + name });
        }
        else
        {
            schema["$ref"] = reference + name;
        }

        return schema;
    }

    private static JsonObject Either(string one, string other, string? format)
    {
        var schema = new JsonObject { ["oneOf"] = new JsonArray(new JsonObject { ["type"] = one }, new JsonObject { ["type"] = other }) };
        if (format is not null)
        {
            schema["format"] = format;
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
