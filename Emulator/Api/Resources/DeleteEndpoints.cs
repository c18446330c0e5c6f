using System.Globalization;
using System.Text.Json.Nodes;
using Emulator.Api.Http;
using Emulator.Storage;

namespace Emulator.Api.Resources;

/// <summary>DELETE of one object or of a selection.</summary>
internal sealed class DeleteEndpoints(Registry registry, RequestBody bodies, ObjectEncoder encoder)
{
    /// <summary>Types whose deletion answers with the object (k8s.io/kubernetes/pkg/registry, ReturnDeletedObject).</summary>
    private static readonly HashSet<ResourceType> ReturnDeleted =
    [
        KnownTypes.Pods, KnownTypes.Services, KnownTypes.ServiceAccounts, new("", "resourcequotas"), new("", "persistentvolumes"),
        new("", "persistentvolumeclaims"), new("", "podtemplates"),
    ];

    public async Task DeleteAsync(ApiRequest request)
    {
        request.CheckOptions("DeleteOptions");
        _ = Representation.From(request.Http, collection: false);
        var options = await OptionsAsync(request);
        var result = registry.Delete(request.Type, request.Namespace, request.Info.Name, options, request.WriteOptions);
        var gone = request.DryRun ? result.Node["metadata"]!["deletionTimestamp"] is null : registry.Store.Find(result.Key) is null;
        if (!gone || ReturnDeleted.Contains(request.Type))
        {
            await encoder.WriteAsync(request, gone && request.Type == KnownTypes.Pods ? Ended(result) : result);
            return;
        }

        var form = Representation.From(request.Http, collection: false);
        await encoder.WriteAsync(request, form with { Shape = Shape.Object }, StatusBody.Bytes(StatusBody.Deleted(request.Type, result.Key.Name, result.Node.Uid())));
    }

    /// <summary>A pod that is gone at once had a grace period as well: none.</summary>
    private static StoredObject Ended(StoredObject pod)
    {
        var node = pod.Copy();
        node["metadata"]!["deletionTimestamp"] ??= Registry.Timestamp(DateTimeOffset.UtcNow);
        node["metadata"]!["deletionGracePeriodSeconds"] ??= 0;
        return StoredObject.From(pod.Key, pod.Revision, node);
    }

    public async Task DeleteCollectionAsync(ApiRequest request)
    {
        var form = Representation.From(request.Http, collection: true);
        var options = await OptionsAsync(request);
        var labels = LabelSelector.Parse(request.Query("labelSelector"));
        var fields = FieldSelector.Parse(request.Query("fieldSelector"), request.Definition);
        var list = registry.Store.List(request.Type, request.Definition.Namespaced && request.Info.Namespace.Length > 0 ? request.Info.Namespace : null);
        var items = new JsonArray();
        foreach (var item in list.Items.Where(item => labels.Matches(item.Node) && fields.Matches(item)).ToList())
        {
            try
            {
                var deleted = registry.Delete(request.Type, item.Key.Namespace, item.Key.Name, options, request.WriteOptions);
                var node = encoder.Convert(request.Definition, request.Info.Version, deleted);
                if (request.Definition.CustomResourceDefinition is null)
                {
                    node.Remove("apiVersion");
                    node.Remove("kind");
                }

                items.Add(node);
            }
            catch (ApiException missing) when (missing.Code == 404)
            {
                // Somebody else deleted it first.
            }
        }

        var answer = new JsonObject
        {
            ["kind"] = request.Definition.ListKind,
            ["apiVersion"] = request.ApiVersion,
            ["metadata"] = new JsonObject { ["resourceVersion"] = list.Revision.ToString(CultureInfo.InvariantCulture) },
            ["items"] = items,
        };
        await encoder.WriteAsync(request, form with { Shape = Shape.Object }, ObjectEncoder.Serialize(answer));
    }

    private async Task<DeletionOptions> OptionsAsync(ApiRequest request)
    {
        var body = await RequestBody.ReadAsync(request.Http);
        var node = body.Length == 0 ? [] : bodies.Decode(RequestBody.MediaType(request.Http), body, "DeleteOptions").Node;
        var preconditions = node["preconditions"];
        var policy = (node["propagationPolicy"] as JsonValue)?.ToString() ?? request.Query("propagationPolicy");
        var orphan = node["orphanDependents"] is JsonValue flag ? flag.GetValue<bool>() : request.Query("orphanDependents") is { } text ? text == "true" : (bool?)null;
        if (policy is not (null or "Background" or "Foreground" or "Orphan"))
        {
            throw ApiErrors.Invalid("", "DeleteOptions", "", [new FieldCause(
                "FieldValueNotSupported", $"Unsupported value: \"{policy}\": supported values: \"Background\", \"Foreground\", \"Orphan\", \"nil\"", "propagationPolicy")]);
        }

        var grace = node["gracePeriodSeconds"].AsLong()
            ?? (long.TryParse(request.Query("gracePeriodSeconds"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) ? seconds : null);
        if (node["dryRun"] is JsonArray { Count: > 0 })
        {
            request.ForceDryRun = true;
        }

        return new DeletionOptions
        {
            GracePeriodSeconds = grace is null ? null : (int)Math.Clamp(grace.Value, 0, int.MaxValue),
            PropagationPolicy = policy ?? (orphan is true ? "Orphan" : null),
            PreconditionUid = (preconditions?["uid"] as JsonValue)?.ToString(),
            PreconditionResourceVersion = (preconditions?["resourceVersion"] as JsonValue)?.ToString(),
        };
    }
}
