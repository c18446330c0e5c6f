using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Api.Subresources;

/// <summary>Where an object keeps its replicas.</summary>
/// <param name="LabelSelector">Path of a string in a custom resource; null: built-in kinds have a selector object in their spec.</param>
internal sealed record ScalePaths(string[] Spec, string[] Status, string[]? LabelSelector, bool BuiltIn)
{
    private static readonly ScalePaths Workload = new(["spec", "replicas"], ["status", "replicas"], null, true);

    public static ScalePaths Of(Registry registry, ResourceDefinition definition, string version)
    {
        if (definition.CustomResourceDefinition is not { } name)
        {
            return Workload;
        }

        var versions = registry.Find(KnownTypes.CustomResourceDefinitions, "", name)?.Node["spec"]?["versions"] as JsonArray ?? [];
        var scale = versions.FirstOrDefault(item => item?["name"]?.GetValue<string>() == version)?["subresources"]?["scale"];
        return new ScalePaths(
            Split(scale?["specReplicasPath"]) ?? Workload.Spec, Split(scale?["statusReplicasPath"]) ?? Workload.Status, Split(scale?["labelSelectorPath"]), false);
    }

    public long Replicas(JsonObject node) => At(node, Spec).AsLong() ?? 0;

    public long StatusReplicas(JsonObject node) => At(node, Status).AsLong() ?? 0;

    public string? Selector(JsonObject node) =>
        BuiltIn ? Tables.SelectorText.Of(node["spec"]?["selector"])
        : LabelSelector is not null && At(node, LabelSelector) is JsonValue value ? value.ToString()
        : null;

    public void SetReplicas(JsonObject node, long replicas)
    {
        foreach (var part in Spec[..^1])
        {
            node = node[part] as JsonObject ?? (JsonObject)(node[part] = new JsonObject());
        }

        node[Spec[^1]] = replicas;
    }

    private static JsonNode? At(JsonNode? node, string[] path)
    {
        foreach (var part in path)
        {
            node = (node as JsonObject)?[part];
        }

        return node;
    }

    private static string[]? Split(JsonNode? path) => path is JsonValue value ? value.ToString().Trim('.').Split('.') : null;
}
