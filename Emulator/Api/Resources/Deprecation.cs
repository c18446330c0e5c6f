using System.Text.Json.Nodes;
using Emulator.Api.Http;
using Emulator.Storage;

namespace Emulator.Api.Resources;

/// <summary>Warns who uses a version of a custom resource that its definition calls deprecated.</summary>
internal static class Deprecation
{
    public static void Warn(ApiRequest request, ResourceDefinition definition, ObjectStore store)
    {
        if (definition.CustomResourceDefinition is not { } name || definition.Versions.Count < 2
            || store.Find(new ResourceKey(KnownTypes.CustomResourceDefinitions, "", name)) is not { } source)
        {
            return;
        }

        var version = (source.Node["spec"]?["versions"] as JsonArray ?? []).FirstOrDefault(item => item?["name"]?.GetValue<string>() == request.Info.Version);
        if (version?["deprecated"] is JsonValue deprecated && deprecated.TryGetValue<bool>(out var set) && set)
        {
            request.Warnings.Add(version["deprecationWarning"]?.GetValue<string>()
                ?? $"{request.ApiVersion} {definition.Kind} is deprecated{Successor(definition, request.Info.Version)}");
        }
    }

    private static string Successor(ResourceDefinition definition, string version) =>
        definition.Versions[0] == version ? "" : $"; use {definition.ApiVersion(definition.Versions[0])} {definition.Kind}";
}
