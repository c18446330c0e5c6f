using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Emulator.Api.Schemas;
using Emulator.Schema.Model;
using Emulator.Storage;

namespace Emulator.Schema.OpenApi;

/// <summary>Makes the OpenAPI documents of the types served now, each when it is first asked for.</summary>
internal sealed class OpenApiDocuments(ResourceCatalog catalog, ObjectSchemas schemas) : IOpenApiSource
{
    private static readonly Lazy<ModelDocumentation?> Documentation = new(ModelDocumentation.Load);

    private readonly ConcurrentDictionary<string, (string Key, byte[] Document)> documents = new();

    public byte[] V3Root()
    {
        var paths = new JsonObject();
        foreach (var path in catalog.All.SelectMany(Paths).Distinct().Order(StringComparer.Ordinal))
        {
            // The address changes with what is served, as clients keep documents for ever.
            var hash = Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Key(path))));
            paths[path] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{path}?hash={hash}" };
        }

        return Bytes(new JsonObject { ["paths"] = paths });
    }

    public byte[]? V3(string groupVersionPath)
    {
        var served = Served(groupVersionPath).ToList();
        if (served.Count == 0)
        {
            return null;
        }

        return Cached(groupVersionPath, Key(groupVersionPath), () =>
        {
            var components = new ComponentSchemas("#/components/schemas/", Documentation.Value);
            var paths = new JsonObject();
            foreach (var (definition, version) in served)
            {
                AddKind(components, definition, version);
                OpenApiPaths.Add(paths, definition, version, parametersHaveSchemas: true);
            }

            return new JsonObject
            {
                ["openapi"] = "3.0.0",
                ["info"] = Info(),
                ["paths"] = paths,
                ["components"] = new JsonObject { ["schemas"] = components.All },
            };
        });
    }

    public byte[] V2() => Cached("v2", catalog.Version.ToString(System.Globalization.CultureInfo.InvariantCulture), () =>
    {
        var components = new ComponentSchemas("#/definitions/", Documentation.Value);
        var paths = new JsonObject();
        foreach (var definition in catalog.All.OrderBy(definition => definition.Type.ToString(), StringComparer.Ordinal))
        {
            foreach (var version in definition.Versions)
            {
                AddKind(components, definition, version);
                OpenApiPaths.Add(paths, definition, version, parametersHaveSchemas: false);
            }
        }

        return new JsonObject { ["swagger"] = "2.0", ["info"] = Info(), ["paths"] = paths, ["definitions"] = components.All };
    });

    private void AddKind(ComponentSchemas components, ResourceDefinition definition, string version)
    {
        var kind = OpenApiPaths.Kind(definition, version);
        if (definition.CustomResourceDefinition is not null)
        {
            var name = CustomSchemas.Name(definition, version);
            components.All[name] = CustomSchemas.Published(schemas.Find(definition, version).Source, components);
            components.All[name]!["x-kubernetes-group-version-kind"] = new JsonArray(kind);
            return;
        }

        var schema = schemas.Find(definition, version);
        if (schema.Type is SchemaType.Object)
        {
            components.All[components.Add(schema, SchemaNames.Package(definition.Group, version))]!["x-kubernetes-group-version-kind"] = new JsonArray(kind);
        }
    }

    private byte[] Cached(string name, string key, Func<JsonObject> make)
    {
        if (documents.TryGetValue(name, out var known) && known.Key == key)
        {
            return known.Document;
        }

        var document = Bytes(make());
        documents[name] = (key, document);
        return document;
    }

    /// <summary>What a document depends on: built-in types never change, custom ones with any definition.</summary>
    private string Key(string path) =>
        Served(path).Any(item => item.Definition.CustomResourceDefinition is not null) ? $"{path} {catalog.Version}" : path;

    private IEnumerable<(ResourceDefinition Definition, string Version)> Served(string path) => catalog.All
        .SelectMany(definition => definition.Versions.Select(version => (definition, version)))
        .Where(item => Path(item.definition, item.version) == path)
        .OrderBy(item => item.definition.Plural, StringComparer.Ordinal);

    private static IEnumerable<string> Paths(ResourceDefinition definition) => definition.Versions.Select(version => Path(definition, version));

    private static string Path(ResourceDefinition definition, string version) =>
        definition.Group.Length == 0 ? $"api/{version}" : $"apis/{definition.Group}/{version}";

    private static JsonObject Info() => new() { ["title"] = "Kubernetes", ["version"] = "v1.32.13" };

    private static byte[] Bytes(JsonObject document) => JsonSerializer.SerializeToUtf8Bytes(document, StoreJson.Options);
}
