using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Emulator.Api.Resources;
using Emulator.Api.Schemas;
using Emulator.Schema.Model;
using Emulator.Schema.Ownership;
using Emulator.Storage;
using YamlDotNet.Core;

namespace Emulator.Schema.Patches;

/// <summary>Carries out PATCH requests of all four kinds.</summary>
internal sealed class ObjectPatcher(ObjectSchemas schemas, TimeProvider time) : IPatcher
{
    public JsonObject Patch(PatchRequest request, JsonObject? current, List<string> warnings)
    {
        var schema = schemas.Find(request.Resource, request.Version);
        switch (request.Kind)
        {
            case PatchKind.Json:
                return JsonPatch.Apply(current!, JsonPatch.Parse(Json(request.Body.Span)));
            case PatchKind.Merge:
                return MergePatch.Apply(current!, MergePatch.Parse(Json(request.Body.Span)));
            case PatchKind.Strategic:
                return StrategicMergePatch.Apply(current!, MergePatch.Parse(Json(request.Body.Span)), schema);
            default:
                return Apply(request, current, schema);
        }
    }

    private JsonObject Apply(PatchRequest request, JsonObject? current, SchemaNode schema)
    {
        var applied = MergePatch.Parse(Yaml(request.Body.Span));
        var expected = request.Resource.ApiVersion(request.Version);
        if (applied["apiVersion"]?.ToString() is var version && version != expected || applied.Kind() != request.Resource.Kind)
        {
            var said = version?.Contains('/') == true ? version : $"/{version}";
            throw ApiErrors.BadRequest($"invalid object type: {said}, Kind={applied.Kind()}");
        }

        if (applied["metadata"]?["managedFields"] is not null)
        {
            throw ApiErrors.BadRequest("metadata.managedFields must be nil");
        }

        var writer = new ManagedEntry(request.FieldManager, "Apply", expected, request.Subresource, null, new FieldSet());
        bool Ignored(string field) => request.Subresource == "status"
            ? field is not ("status" or "metadata" or "apiVersion" or "kind")
            : field == "status" && request.Resource.HasStatus;
        return ServerSideApply.Apply(current, applied, schema, writer, request.Force, Ignored, Registry.Timestamp(time.GetUtcNow()));
    }

    private static JsonNode? Json(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonReader.Read(body);
        }
        catch (JsonException fault)
        {
            throw ApiErrors.BadRequest($"error decoding patch: {GoJsonErrors.Describe(body.ToArray(), fault)}");
        }
    }

    private static JsonNode? Yaml(ReadOnlySpan<byte> body)
    {
        try
        {
            return YamlReader.Read(Encoding.UTF8.GetString(body));
        }
        catch (YamlException fault)
        {
            throw ApiErrors.BadRequest($"error decoding YAML: yaml: line {fault.Start.Line}: {fault.Message}");
        }
    }
}
