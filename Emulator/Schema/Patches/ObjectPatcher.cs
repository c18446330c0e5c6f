using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Emulator.Api.Resources;
using Emulator.Api.Schemas;
using Emulator.Storage;
using YamlDotNet.Core;

namespace Emulator.Schema.Patches;

/// <summary>Carries out PATCH requests of all four kinds.</summary>
internal sealed class ObjectPatcher(ObjectSchemas schemas) : IPatcher
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
                var applied = MergePatch.Parse(Yaml(request.Body.Span));
                return current is null ? applied : MergePatch.Apply(current, applied);
        }
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
