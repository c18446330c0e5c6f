using System.Text.Json.Nodes;
using Emulator.Schema.BuiltIn;
using Emulator.Schema.Defaults;
using Emulator.Schema.Model;
using k8s.Models;

namespace Emulator.Schema.Crd;

/// <summary>Reads the schema of a CustomResourceDefinition's version.</summary>
internal static class CustomSchema
{
    public static SchemaNode Compile(JsonObject definition, string version)
    {
        var source = definition.Map("spec").Items("versions").FirstOrDefault(item => item.Text("name") == version).Map("schema").Map("openAPIV3Schema");
        return source is null ? SchemaNode.Anything : Node(source, resource: true);
    }

    /// <summary>Reads one schema.</summary>
    /// <param name="source">As it is in the definition.</param>
    /// <param name="resource">Whether it describes whole resources, with kind and metadata.</param>
    public static SchemaNode Node(JsonObject source, bool resource = false)
    {
        var preserves = source.IsTrue("x-kubernetes-preserve-unknown-fields");
        resource |= source.IsTrue("x-kubernetes-embedded-resource");
        var listType = source.Text("x-kubernetes-list-type");
        var keys = (source["x-kubernetes-list-map-keys"] as JsonArray ?? []).Select(key => key!.ToString()).ToList();
        var properties = new Lazy<Dictionary<string, SchemaNode>>(() => Properties(source, resource));
        return new SchemaNode(() => properties.Value)
        {
            Type = Type(source, resource),
            Format = source.Text("format") ?? "",
            Element = source.Map("items") is { } items ? Node(items)
                : source["additionalProperties"] switch
                {
                    JsonObject values => Node(values),
                    JsonValue all when all.TryGetValue<bool>(out var any) && any => SchemaNode.Anything,
                    _ => null,
                },
            ListType = listType switch { "map" => ListType.Map, "set" => ListType.Set, _ => ListType.Atomic },
            ListKeys = keys,
            Atomic = source.Text("x-kubernetes-map-type") == "atomic",
            PreserveUnknown = preserves,
            Default = source["default"],
            Required = [.. (source["required"] as JsonArray ?? []).Select(name => name!.ToString())],
            Source = source,
        };
    }

    private static SchemaType Type(JsonObject source, bool resource) => source.Text("type") switch
    {
        _ when source.IsTrue("x-kubernetes-int-or-string") => SchemaType.IntOrString,
        "object" when source.Map("properties") is null && source["additionalProperties"] is not null => SchemaType.Map,
        "object" => SchemaType.Object,
        "array" when source["items"] is not null => SchemaType.List,
        "string" => SchemaType.String,
        "integer" => SchemaType.Integer,
        "number" => SchemaType.Number,
        "boolean" => SchemaType.Boolean,
        _ when source.Map("properties") is not null || resource => SchemaType.Object,
        _ => SchemaType.Any,
    };

    private static Dictionary<string, SchemaNode> Properties(JsonObject source, bool resource)
    {
        var fields = new Dictionary<string, SchemaNode>(StringComparer.Ordinal);
        foreach (var (name, property) in source.Map("properties") ?? [])
        {
            if (property is JsonObject inner)
            {
                fields[name] = Node(inner);
            }
        }

        if (resource)
        {
            fields["apiVersion"] = Scalars.String;
            fields["kind"] = Scalars.String;
            fields["metadata"] = BuiltInSchemas.Struct(typeof(V1ObjectMeta));
        }

        return fields;
    }
}
