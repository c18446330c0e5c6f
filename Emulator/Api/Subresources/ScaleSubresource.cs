using System.Text;
using System.Text.Json.Nodes;
using Emulator.Api.Http;
using Emulator.Api.Resources;
using Emulator.Api.Schemas;
using Emulator.Api.Tables;
using Emulator.Storage;

namespace Emulator.Api.Subresources;

/// <summary>An object's number of replicas as an autoscaling/v1 Scale.</summary>
internal sealed class ScaleSubresource(Registry registry, RequestBody bodies, ObjectEncoder encoder, IPatcher patcher, TimeProvider time) : ISubresource
{
    private static readonly ResourceDefinition Scale = new()
    {
        Group = "autoscaling",
        Versions = ["v1"],
        Plural = "scales",
        Singular = "scale",
        Kind = "Scale",
    };

    public bool Serves(ResourceDefinition definition, string subresource) => subresource == "scale" && definition.HasScale;

    public async Task HandleAsync(ApiRequest request)
    {
        var form = Representation.From(request.Http, collection: false);
        var paths = ScalePaths.Of(registry, request.Definition, request.Info.Version);
        var result = request.Info.Verb switch
        {
            "get" => Get(request),
            "update" => await PutAsync(request, paths),
            "patch" => await PatchAsync(request, paths),
            _ => throw HttpErrors.MethodNotAllowed(),
        };
        var scale = ToScale(result.Node, paths);
        var isTable = form.Shape is Shape.Table;
        await encoder.WriteAsync(
            request, form with { Shape = Shape.Object }, ObjectEncoder.Serialize(isTable ? ScaleTable.Of(scale, form.MetaVersion, time.GetUtcNow()) : scale));
    }

    private StoredObject Get(ApiRequest request) =>
        registry.Find(request.Type, request.Namespace, request.Info.Name) ?? throw Missing(request);

    private async Task<StoredObject> PutAsync(ApiRequest request, ScalePaths paths)
    {
        var body = await RequestBody.ReadAsync(request.Http);
        var scale = bodies.Decode(RequestBody.MediaType(request.Http), body, "Scale").Node;
        return Update(request, paths, _ => scale);
    }

    private async Task<StoredObject> PatchAsync(ApiRequest request, ScalePaths paths)
    {
        var body = await RequestBody.ReadAsync(request.Http);
        var kind = RequestBody.MediaType(request.Http) switch
        {
            "application/json-patch+json" => PatchKind.Json,
            "application/merge-patch+json" => PatchKind.Merge,
            "application/strategic-merge-patch+json" => PatchKind.Merge,
            "application/apply-patch+yaml" => PatchKind.Apply,
            _ => throw HttpErrors.UnsupportedPatch(),
        };
        request.CheckOptions("PatchOptions");
        WriteEndpoints.CheckPatchOptions(request, kind);
        if (kind is PatchKind.Apply)
        {
            return Apply(request, paths, body);
        }

        return Update(request, paths, current => patcher.Patch(
            new PatchRequest
            {
                Kind = kind,
                Resource = Scale,
                Version = "v1",
                Subresource = "scale",
                Body = body,
                FieldManager = request.FieldManager,
                FieldValidation = request.FieldValidation,
            },
            ToScale(current, paths),
            request.Warnings));
    }

    /// <summary>Who applies a Scale applies the object's replicas, and owns them through this subresource (apiserver, fieldmanager.ScaleHandler).</summary>
    private StoredObject Apply(ApiRequest request, ScalePaths paths, byte[] body)
    {
        var scale = YamlReader.Read(Encoding.UTF8.GetString(body)) as JsonObject ?? [];
        var applied = new JsonObject
        {
            ["apiVersion"] = request.ApiVersion,
            ["kind"] = request.Definition.Kind,
            ["metadata"] = new JsonObject { ["name"] = request.Info.Name },
        };
        if (scale["spec"]?["replicas"].AsLong() is { } replicas)
        {
            CheckReplicas(request, replicas);
            paths.SetReplicas(applied, replicas);
        }

        return registry.Update(
            request.Type,
            request.Namespace,
            request.Info.Name,
            current => patcher.Patch(
                new PatchRequest
                {
                    Kind = PatchKind.Apply,
                    Resource = request.Definition,
                    Version = request.Info.Version,
                    Subresource = "scale",
                    Body = ObjectEncoder.Serialize(applied).ToArray(),
                    FieldManager = request.FieldManager,
                    FieldValidation = request.FieldValidation,
                    Force = request.Flag("force"),
                },
                current,
                request.Warnings),
            request.WriteOptions with { Applied = true },
            "scale",
            request.Warnings);
    }

    private static void CheckReplicas(ApiRequest request, long replicas)
    {
        if (replicas < 0)
        {
            throw ApiErrors.Invalid("autoscaling", "Scale", request.Info.Name,
                [new FieldCause("FieldValueInvalid", $"Invalid value: {replicas}: must be greater than or equal to 0", "spec.replicas")]);
        }
    }

    private StoredObject Update(ApiRequest request, ScalePaths paths, Func<JsonObject, JsonObject> change)
    {
        try
        {
            return registry.Update(
                request.Type,
                request.Namespace,
                request.Info.Name,
                current =>
                {
                    var scale = change(current);
                    var replicas = scale["spec"]?["replicas"].AsLong() ?? 0;
                    CheckReplicas(request, replicas);
                    if (scale["metadata"]?["resourceVersion"] is JsonValue version && version.ToString() is { Length: > 0 } asked)
                    {
                        current["metadata"]!["resourceVersion"] = asked;
                    }

                    paths.SetReplicas(current, replicas);
                    return current;
                },
                request.WriteOptions,
                "scale",
                request.Warnings);
        }
        catch (ApiException missing) when (missing.Code == 404)
        {
            throw Missing(request);
        }
    }

    private static JsonObject ToScale(JsonObject node, ScalePaths paths)
    {
        var metadata = new JsonObject();
        foreach (var field in (string[])["name", "namespace", "uid", "resourceVersion", "creationTimestamp"])
        {
            if (node["metadata"]?[field] is { } value)
            {
                metadata[field] = value.DeepClone();
            }
        }

        var replicas = paths.Replicas(node);
        var status = new JsonObject { ["replicas"] = paths.StatusReplicas(node) };
        if (paths.Selector(node) is { Length: > 0 } selector)
        {
            status["selector"] = selector;
        }

        return new JsonObject
        {
            ["kind"] = "Scale",
            ["apiVersion"] = "autoscaling/v1",
            ["metadata"] = metadata,
            ["spec"] = replicas == 0 ? new JsonObject() : new JsonObject { ["replicas"] = replicas },
            ["status"] = status,
        };
    }

    private static ApiException Missing(ApiRequest request) =>
        request.Definition.CustomResourceDefinition is not null
            ? ApiErrors.NotFound(request.Type, request.Info.Name)
            : ApiErrors.NotFound(new ResourceType(request.Type.Group, $"{request.Type.Plural}/scale"), request.Info.Name);
}
