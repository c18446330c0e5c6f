using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Schema.OpenApi;

/// <summary>Publishes the schemas of CustomResourceDefinitions.</summary>
internal static class CustomSchemas
{
    /// <summary>The group's name backwards, version and kind: <c>io.istio.networking.v1.Gateway</c>.</summary>
    public static string Name(ResourceDefinition definition, string version) =>
        $"{string.Join('.', definition.Group.Split('.').Reverse())}.{version}.{definition.Kind}";

    /// <summary>The schema as published: with what every object has, in the words of built-in kinds.</summary>
    public static JsonObject Published(JsonObject? source, ComponentSchemas components)
    {
        var schema = source is null ? new JsonObject { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true } : (JsonObject)source.DeepClone();
        var properties = schema["properties"] as JsonObject ?? (JsonObject)(schema["properties"] = new JsonObject());
        foreach (var (name, property) in components.Common())
        {
            properties[name] = property;
        }

        return schema;
    }
}
