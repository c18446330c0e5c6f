using System.Text.Json.Nodes;
using Emulator.Api.Http;
using Emulator.Api.Schemas;
using Emulator.Storage;

namespace Emulator.Api.Resources;

/// <summary>POST, PUT and PATCH of objects and of the subresources that are parts of them.</summary>
internal sealed class WriteEndpoints(Registry registry, RequestBody bodies, ObjectEncoder encoder, IFieldValidation validation, IPatcher patcher)
{
    public async Task CreateAsync(ApiRequest request)
    {
        request.CheckOptions("CreateOptions");
        _ = Representation.From(request.Http, collection: false);
        var node = await ReadAsync(request);
        MatchNamespace(request, node);
        if (node["metadata"]?["resourceVersion"]?.ToString() is { Length: > 0 })
        {
            throw new ApiException(500, "", "resourceVersion should not be set on objects to be created");
        }

        var created = registry.Create(request.Type, node, request.WriteOptions, request.Warnings);
        await encoder.WriteAsync(request, created, 201);
    }

    public async Task UpdateAsync(ApiRequest request)
    {
        request.CheckOptions("UpdateOptions");
        _ = Representation.From(request.Http, collection: false);
        var node = await ReadAsync(request);
        MatchNamespace(request, node);
        if (node.Name().Length == 0)
        {
            throw ApiErrors.BadRequest($"the name of the object ({request.Info.Name} based on URL) was undeterminable: name must be provided");
        }

        MatchName(request, node);
        try
        {
            var updated = registry.Update(request.Type, request.Namespace, request.Info.Name, current => Replacement(request, current, node), request.WriteOptions,
                request.Info.Subresource, request.Warnings);
            await encoder.WriteAsync(request, updated);
        }
        catch (ApiException missing) when (missing.Code == 404 && request.Info.Subresource.Length == 0 && CreatesOnUpdate(request.Definition))
        {
            var created = registry.Create(request.Type, node, request.WriteOptions, request.Warnings);
            await encoder.WriteAsync(request, created, 201);
        }
    }

    public async Task PatchAsync(ApiRequest request)
    {
        request.CheckOptions("PatchOptions");
        _ = Representation.From(request.Http, collection: false);
        var body = await RequestBody.ReadAsync(request.Http);
        var patch = PatchOf(request, body);
        var options = request.WriteOptions with { Applied = patch.Kind is PatchKind.Apply };
        var current = registry.Find(request.Type, request.Namespace, request.Info.Name);
        if (current is null && patch.Kind is PatchKind.Apply && request.Info.Subresource.Length == 0)
        {
            var node = Patched(request, patch, null);
            if (node["metadata"]?["uid"]?.ToString() is { Length: > 0 } uid)
            {
                throw ApiErrors.Conflict(request.Type, request.Info.Name, $"uid mismatch: the provided object specified uid {uid}, and no existing object was found");
            }

            var created = registry.Create(request.Type, node, options, request.Warnings);
            await encoder.WriteAsync(request, created, 201);
            return;
        }

        var updated = registry.Update(
            request.Type,
            request.Namespace,
            request.Info.Name,
            node =>
            {
                var asStored = node["apiVersion"]?.GetValue<string>();
                if (asStored is not null && asStored != request.ApiVersion)
                {
                    node = encoder.Convert(request.Definition, request.Info.Version, StoredObject.From(default, 0, node));
                }

                return Patched(request, patch, node);
            },
            options,
            request.Info.Subresource,
            request.Warnings);
        await encoder.WriteAsync(request, updated);
    }

    /// <summary>A replacement that names a uid is meant for the object of that uid only (apiserver, storage.Preconditions).</summary>
    private static JsonObject Replacement(ApiRequest request, JsonObject current, JsonObject node)
    {
        if (node["metadata"]?["resourceVersion"]?.ToString() is { Length: > 0 } version)
        {
            _ = ResourceVersions.Parse(version);
        }

        var (wanted, found) = (node["metadata"]?["uid"]?.ToString(), current.Uid());
        if (!string.IsNullOrEmpty(wanted) && wanted != found)
        {
            var key = string.Join('/', ((string[])["/registry", request.Type.Plural, request.Namespace, request.Info.Name]).Where(part => part.Length > 0));
            throw ApiErrors.Conflict(request.Type, request.Info.Name,
                $"StorageError: invalid object, Code: 4, Key: {key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: {wanted}, UID in object meta: {found}");
        }

        return (JsonObject)node.DeepClone();
    }

    private JsonObject Patched(ApiRequest request, PatchRequest patch, JsonObject? current)
    {
        var next = patcher.Patch(patch, current, request.Warnings);
        ObjectEncoder.Name(next, next["apiVersion"]?.GetValue<string>() ?? request.ApiVersion, next["kind"]?.GetValue<string>() ?? request.Definition.Kind);
        MatchNamespace(request, next);
        MatchName(request, next);
        if (request.Definition.Type == EventConversion.Type)
        {
            EventConversion.ToCore(next);
        }

        return next;
    }

    /// <exception cref="ApiException">422: an apply without a fieldManager; force where nothing is applied.</exception>
    public static void CheckPatchOptions(ApiRequest request, PatchKind kind)
    {
        if (kind is PatchKind.Apply && string.IsNullOrEmpty(request.Query("fieldManager")))
        {
            throw ApiErrors.Invalid("meta.k8s.io", "PatchOptions", "",
                [new FieldCause("FieldValueRequired", "Required value: is required for apply patch", "fieldManager")]);
        }

        if (kind is not PatchKind.Apply && request.Flag("force"))
        {
            throw ApiErrors.Invalid("meta.k8s.io", "PatchOptions", "",
                [new FieldCause("FieldValueForbidden", "Forbidden: may not be specified for non-apply patch", "force")]);
        }
    }

    private static PatchRequest PatchOf(ApiRequest request, byte[] body)
    {
        var kind = RequestBody.MediaType(request.Http) switch
        {
            "application/json-patch+json" => PatchKind.Json,
            "application/merge-patch+json" => PatchKind.Merge,
            "application/strategic-merge-patch+json" when request.Definition.CustomResourceDefinition is null => PatchKind.Strategic,
            "application/apply-patch+yaml" => PatchKind.Apply,
            "application/strategic-merge-patch+json" => throw HttpErrors.UnsupportedCustomPatch(),
            _ => throw HttpErrors.UnsupportedPatch(),
        };
        CheckPatchOptions(request, kind);
        return new PatchRequest
        {
            Kind = kind,
            Resource = request.Definition,
            Version = request.Info.Version,
            Subresource = request.Info.Subresource,
            Body = body,
            FieldManager = request.FieldManager,
            Force = request.Flag("force"),
            FieldValidation = request.FieldValidation,
        };
    }

    private async Task<JsonObject> ReadAsync(ApiRequest request)
    {
        var body = await RequestBody.ReadAsync(request.Http);
        var definition = request.Definition;
        var (node, json) = bodies.Decode(RequestBody.MediaType(request.Http), body, definition.Kind);
        var kind = (node["kind"] as JsonValue)?.ToString() ?? definition.Kind;
        var version = (node["apiVersion"] as JsonValue)?.ToString() ?? request.ApiVersion;
        if (kind != definition.Kind || version != request.ApiVersion)
        {
            throw WrongKind(definition, request, kind, version, (node["metadata"]?["name"] as JsonValue)?.ToString() ?? "");
        }

        ObjectEncoder.Name(node, version, kind);
        validation.Check(definition, request.Info.Version, json, node, request.FieldValidation, request.Warnings);
        if (node["metadata"] is not null and not JsonObject)
        {
            throw ApiErrors.BadRequest(
                $"{kind} in version \"{request.Info.Version}\" cannot be handled as a {kind}: json: cannot unmarshal into Go struct field {kind}.metadata of type v1.ObjectMeta");
        }

        if (definition.Type == EventConversion.Type)
        {
            EventConversion.ToCore(node);
        }

        return node;
    }

    private static ApiException WrongKind(ResourceDefinition definition, ApiRequest request, string kind, string version, string name)
    {
        var shortVersion = version[(version.IndexOf('/', StringComparison.Ordinal) + 1)..];
        if (definition.CustomResourceDefinition is not null)
        {
            return version != request.ApiVersion
                ? ApiErrors.BadRequest($"the API version in the data ({version}) does not match the expected API version ({request.ApiVersion})")
                : ApiErrors.Invalid(definition.Group, kind, name, [new FieldCause("FieldValueInvalid", $"Invalid value: \"{kind}\": must be {definition.Kind}", "kind")]);
        }

        var why = version == request.ApiVersion
            ? $"converting ({shortVersion}.{kind}) to ({(definition.Group.Length == 0 ? "core" : definition.Group.Split('.')[0])}.{definition.Kind}): unknown conversion"
            : $"no kind \"{kind}\" is registered for version \"{version}\" in scheme \"pkg/api/legacyscheme/scheme.go:30\"";
        return ApiErrors.BadRequest($"{kind} in version \"{shortVersion}\" cannot be handled as a {definition.Kind}: {why}");
    }

    /// <summary>Fills in the namespace of the path; another one in the object is a mistake.</summary>
    private static void MatchNamespace(ApiRequest request, JsonObject node)
    {
        var metadata = node["metadata"] as JsonObject ?? (JsonObject)(node["metadata"] = new JsonObject());
        var said = metadata["namespace"]?.GetValue<string>() ?? "";
        if (request.Namespace.Length == 0)
        {
            if (said.Length > 0)
            {
                if (request.Definition.Namespaced)
                {
                    throw ApiErrors.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
                }

                metadata.Remove("namespace");
            }
        }
        else if (said.Length == 0)
        {
            metadata["namespace"] = request.Namespace;
        }
        else if (said != request.Namespace)
        {
            throw ApiErrors.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        }
    }

    private static void MatchName(ApiRequest request, JsonObject node)
    {
        var said = node.Name();
        if (said.Length == 0)
        {
            node["metadata"]!["name"] = request.Info.Name;
        }
        else if (said != request.Info.Name)
        {
            throw ApiErrors.BadRequest($"the name of the object ({said}) does not match the name on the URL ({request.Info.Name})");
        }
    }

    private static bool CreatesOnUpdate(ResourceDefinition definition) =>
        definition.Type == KnownTypes.Leases || definition.Type == KnownTypes.Endpoints || definition.Type == KnownTypes.Events
        || definition.Group == "rbac.authorization.k8s.io";
}
