using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Schema.OpenApi;

/// <summary>Publishes the schemas of CustomResourceDefinitions.</summary>
internal static class CustomSchemas
{
    /// <summary>The group's name backwards, version and kind: <c>io.istio.networking.v1.Gateway</c>.</summary>
    public static string Name(ResourceDefinition definition, string version) =>
        $"{string.Join('.', definition.Group.Split('.').Reverse())}.{version}.{definition.Kind}";

    /// <summary>The schema as published: with what every object has.</summary>
    public static JsonObject Published(JsonObject? source, ResourceDefinition definition)
    {
        var schema = source is null ? new JsonObject { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true } : (JsonObject)source.DeepClone();
        var properties = schema["properties"] as JsonObject ?? (JsonObject)(schema["properties"] = new JsonObject());
        properties["apiVersion"] = new JsonObject
        {
            ["type"] = "string",
            ["description"] = "The group and version of this object's schema.",
        };
        properties["kind"] = new JsonObject { ["type"] = "string", ["description"] = $"The kind of this object: {definition.Kind}." };
        properties["metadata"] = new JsonObject
        {
            ["type"] = "object",
            ["description"] = "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
        };
        return schema;
    }
}
