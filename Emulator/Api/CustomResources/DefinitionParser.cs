using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Api.CustomResources;

/// <summary>Reads a CustomResourceDefinition object into what the API serves.</summary>
internal static class DefinitionParser
{
    /// <summary>Null when the object lacks what a definition needs; validation says what.</summary>
    public static ResourceDefinition? Parse(JsonObject node)
    {
        if (node["spec"] is not JsonObject spec || spec["names"] is not JsonObject names || spec["versions"] is not JsonArray { Count: > 0 } list
            || Text(spec["group"]) is not { Length: > 0 } group || Text(names["plural"]) is not { Length: > 0 } plural || Text(names["kind"]) is not { Length: > 0 } kind)
        {
            return null;
        }

        Default(names, "singular", kind.ToLowerInvariant());
        Default(names, "listKind", kind + "List");
        var versions = list.OfType<JsonObject>().ToList();
        var served = versions.Where(version => version["served"]?.GetValue<bool>() == true)
            .Select(version => Text(version["name"]) ?? "").OrderByDescending(version => version, VersionOrder.Instance).ToList();
        var storage = versions.FirstOrDefault(version => version["storage"]?.GetValue<bool>() == true);
        return new ResourceDefinition
        {
            Group = group,
            Versions = served,
            Plural = plural,
            Singular = Text(names["singular"])!,
            Kind = kind,
            ListKind = Text(names["listKind"])!,
            Namespaced = Text(spec["scope"]) != "Cluster",
            ShortNames = Strings(names["shortNames"]),
            Categories = Strings(names["categories"]),
            HasStatus = versions.Any(version => version["subresources"]?["status"] is not null),
            HasScale = versions.Any(version => version["subresources"]?["scale"] is not null),
            HasGeneration = true,
            CustomResourceDefinition = node.Name(),
            StorageVersion = storage is null ? null : Text(storage["name"]),
            SelectableFields =
            [
                .. versions.SelectMany(version => version["selectableFields"] as JsonArray ?? [])
                    .Select(field => Text(field?["jsonPath"])?.TrimStart('.') ?? "").Where(path => path.Length > 0).Distinct(),
            ],
        };
    }

    private static void Default(JsonObject names, string field, string value)
    {
        if (string.IsNullOrEmpty(Text(names[field])))
        {
            names[field] = value;
        }
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static IReadOnlyList<string> Strings(JsonNode? node) => node is JsonArray list ? [.. list.Select(item => Text(item) ?? "")] : [];
}
