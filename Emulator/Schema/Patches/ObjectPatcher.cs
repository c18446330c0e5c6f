using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Emulator.Api.Resources;
using Emulator.Api.Schemas;
using Emulator.Schema.Decoding;
using Emulator.Schema.Model;
using Emulator.Schema.Ownership;
using Emulator.Storage;
using YamlDotNet.Core;

namespace Emulator.Schema.Patches;

/// <summary>Carries out PATCH requests of all four kinds.</summary>
internal sealed class ObjectPatcher(ObjectSchemas schemas, FieldValidation validation, TimeProvider time) : IPatcher
{
    public JsonObject Patch(PatchRequest request, JsonObject? current, List<string> warnings)
    {
        var schema = schemas.Find(request.Resource, request.Version);
        if (request.Kind is PatchKind.Apply)
        {
            return Apply(request, current, schema);
        }

        var body = Json(request.Body.Span, request.Kind);
        var target = current ?? [];
        var uid = target.Uid();
        var patched = request.Kind switch
        {
            PatchKind.Json => JsonPatch.Apply(target, JsonPatch.Parse(body)),
            PatchKind.Merge => MergePatch.Apply(target, MergePatch.Parse(body)),
            _ => StrategicMergePatch.Apply(target, MergePatch.Parse(body), schema),
        };

        // A strategic merge patch is shown itself, as far as it was not used up; the others by what they make of the object.
        string Shown() => request.Kind is PatchKind.Strategic ? GoValue.Print(body) : patched.ToJsonString(StoreJson.Options);
        validation.CheckPatched(request, patched, Shown, warnings);
        CheckUid(request, patched, uid);
        return patched;
    }

    private static void CheckUid(PatchRequest request, JsonObject patched, string? uid)
    {
        if (patched["metadata"]?["uid"]?.ToString() is { } other && other != uid)
        {
            var cause = new FieldCause("FieldValueInvalid", $"Invalid value: {GoQuote.Text(other)}: field is immutable", "metadata.uid");
            throw ApiErrors.Invalid(request.Resource.Group, request.Resource.Kind, patched.Name(), [cause, cause]);
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

        CheckDeclared(request, applied, schema);
        var writer = new ManagedEntry(request.FieldManager, "Apply", expected, request.Subresource, null, new FieldSet());
        bool Ignored(string field) => request.Subresource == "status"
            ? field is not ("status" or "metadata" or "apiVersion" or "kind")
            : field == "status" && request.Resource.HasStatus;
        if (current is not null)
        {
            CheckUid(request, applied, current.Uid());
        }

        return ServerSideApply.Apply(current, applied, schema, writer, request.Force, Ignored, Registry.Timestamp(time.GetUtcNow()));
    }

    /// <summary>An applied configuration must fit the schema: unknown fields have no owner.</summary>
    private static void CheckDeclared(PatchRequest request, JsonObject applied, SchemaNode schema)
    {
        var decoder = new FieldDecoder(typed: request.Resource.CustomResourceDefinition is null);
        decoder.Decode((JsonObject)applied.DeepClone(), schema);
        var types = TypeFaults.Find(applied, schema).ToList();
        var faults = decoder.Unknown.Select(path => $".{path}: field not declared in schema").Concat(types.Count == 0 && decoder.Fault is { } fault ? [fault] : types)
            .Concat(ListKeyFaults.Find(applied, schema)).Distinct().ToList();
        if (faults.Count > 0)
        {
            var subject = $"{applied.Namespace()}/{applied.Name()}; {request.Resource.Group}/{request.Version}, Kind={request.Resource.Kind}";
            var why = faults.Count == 1 ? faults[0] : "errors:\n" + string.Join('\n', faults.Select(item => $"  {item}"));
            throw new ApiException(500, "", $"failed to create typed patch object ({subject}): {why}");
        }
    }

    private static JsonNode? Json(ReadOnlySpan<byte> body, PatchKind kind)
    {
        try
        {
            return JsonReader.Read(body);
        }
        catch (JsonException fault)
        {
            throw ApiErrors.BadRequest($"{(kind is PatchKind.Strategic ? "" : "error decoding patch: ")}{GoJsonErrors.Describe(body.ToArray(), fault)}");
        }
    }

    private static JsonNode? Yaml(ReadOnlySpan<byte> body)
    {
        try
        {
            // Clients send JSON, which YAML contains and which is read many times faster.
            if (body.Length > 0 && body[0] == '{')
            {
                return JsonReader.Read(body);
            }
        }
        catch (JsonException)
        {
            // Flow style with unquoted words: YAML after all.
        }

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
