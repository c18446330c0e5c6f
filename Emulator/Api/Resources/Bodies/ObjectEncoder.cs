using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Emulator.Api.Http;
using Emulator.Api.Schemas;
using Emulator.Api.Tables;
using Emulator.Storage;

namespace Emulator.Api.Resources;

/// <summary>Writes stored objects in the version and form that a client wants; where these are the stored ones, the bytes are copied.</summary>
internal sealed class ObjectEncoder(IVersionConverter converter, TableWriter tables)
{
    /// <summary>Sends one object.</summary>
    public Task WriteAsync(ApiRequest request, StoredObject stored, int status = 200)
    {
        var form = Representation.From(request.Http, collection: false);
        return WriteAsync(request, form, Encode(request, stored, form), status);
    }

    public Task WriteAsync(ApiRequest request, Representation form, ReadOnlyMemory<byte> json, int status = 200)
    {
        ApiResponse.AddWarnings(request.Http, request.Warnings);
        return form.Yaml
            ? ApiResponse.WriteAsync(request.Http, status, form.ContentType, YamlWriter.Write(StoreJson.Parse(json.Span)))
            : ApiResponse.WriteJsonAsync(request.Http, json, status, form.ContentType);
    }

    public ReadOnlyMemory<byte> Encode(ApiRequest request, StoredObject stored, Representation form) => form.Shape switch
    {
        Shape.Table => tables.Write(request, form.MetaVersion, [stored], null, stored.Revision, null, null),
        Shape.PartialMetadata => PartialMetadata(stored, form.MetaVersion),
        _ => InVersion(request.Definition, request.Info.Version, stored),
    };

    /// <summary>The object's JSON in a version: as stored if it is stored in that one.</summary>
    public ReadOnlyMemory<byte> InVersion(ResourceDefinition definition, string version, StoredObject stored) =>
        Prefix(definition, version).Matches(stored.Json.Span) ? stored.Json : Serialize(Convert(definition, version, stored));

    public JsonObject Convert(ResourceDefinition definition, string version, StoredObject stored)
    {
        var node = stored.Copy();
        var wanted = definition.ApiVersion(version);
        if (definition.Type == EventConversion.Type)
        {
            EventConversion.FromCore(node);
        }
        else if (node["apiVersion"]?.GetValue<string>() is { } found && found != wanted)
        {
            converter.Convert(definition, node, version);
        }

        Name(node, wanted, definition.Kind);
        return node;
    }

    /// <summary>Writes an item of a list: built-in kinds leave out what the list says already.</summary>
    public void WriteItem(IBufferWriter<byte> output, ResourceDefinition definition, string version, StoredObject stored)
    {
        var prefix = Prefix(definition, version);
        var json = stored.Json.Span;
        if (!prefix.Matches(json))
        {
            var node = Convert(definition, version, stored);
            if (definition.CustomResourceDefinition is null)
            {
                node.Remove("apiVersion");
                node.Remove("kind");
            }

            output.Write(Serialize(node).Span);
        }
        else if (definition.CustomResourceDefinition is null)
        {
            output.Write("{"u8);
            output.Write(json[prefix.Length..]);
        }
        else
        {
            output.Write(json);
        }
    }

    /// <summary>Puts apiVersion and kind first, where <see cref="WriteItem"/> finds them.</summary>
    public static void Name(JsonObject node, string apiVersion, string kind)
    {
        if (node.Count >= 2 && node.GetAt(0) is { Key: "apiVersion", Value: JsonValue first } && node.GetAt(1) is { Key: "kind", Value: JsonValue second }
            && first.TryGetValue<string>(out var version) && version == apiVersion && second.TryGetValue<string>(out var named) && named == kind)
        {
            return;
        }

        node.Remove("apiVersion");
        node.Remove("kind");
        node.Insert(0, "apiVersion", JsonValue.Create(apiVersion));
        node.Insert(1, "kind", JsonValue.Create(kind));
    }

    public static ReadOnlyMemory<byte> PartialMetadata(StoredObject stored, string metaVersion) => Serialize(new JsonObject
    {
        ["kind"] = "PartialObjectMetadata",
        ["apiVersion"] = $"meta.k8s.io/{metaVersion}",
        ["metadata"] = stored.Node["metadata"]!.DeepClone(),
    });

    public static ReadOnlyMemory<byte> Serialize(JsonNode node) => JsonSerializer.SerializeToUtf8Bytes(node, StoreJson.Options);

    private static ItemPrefix Prefix(ResourceDefinition definition, string version) =>
        ItemPrefix.Known.GetOrAdd((definition.Type, definition.Kind, version), static (key, definition) =>
            new ItemPrefix(Encoding.UTF8.GetBytes($"{{\"apiVersion\":\"{definition.ApiVersion(key.Version)}\",\"kind\":\"{definition.Kind}\",")), definition);
}
