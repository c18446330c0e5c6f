using System.Globalization;
using System.Text.Json.Nodes;

namespace Emulator.Storage;

/// <summary>Reads and writes objects by the rules of the API: admission, metadata, generation, finalizers, graceful deletion.</summary>
/// <remarks>The HTTP API and the controllers write through it, so that no rule holds for one of them only.</remarks>
internal sealed class Registry(ObjectStore store, ResourceCatalog catalog, IEnumerable<IAdmission> admissions, TimeProvider time)
{
    /// <summary>The subresource of pods that adds containers to a running one.</summary>
    public const string EphemeralContainers = "ephemeralcontainers";

    /// <summary>The subresource that approves or denies a CertificateSigningRequest.</summary>
    public const string Approval = "approval";

    // Far more than writers that meet by chance need: whoever still conflicts is told so.
    private const int MaximumRetries = 100;

    private readonly IAdmission[] steps = [.. admissions.OrderBy(step => step.Phase)];

    public ObjectStore Store => store;

    public ResourceCatalog Catalog => catalog;

    public StoredObject? Find(ResourceType type, string ns, string name) => store.Find(new ResourceKey(type, ns, name));

    /// <exception cref="ApiException">404 NotFound.</exception>
    public StoredObject Get(ResourceType type, string ns, string name) => Find(type, ns, name) ?? throw ApiErrors.NotFound(type, name);

    /// <summary>Creates an object; its metadata names it, or asks for a generated name.</summary>
    /// <exception cref="ApiException">409 AlreadyExists, 422 Invalid, or what an admission step says.</exception>
    public StoredObject Create(ResourceType type, JsonObject node, WriteOptions options, List<string>? warnings = null)
    {
        var definition = catalog[type];
        var metadata = node["metadata"] as JsonObject ?? (JsonObject)(node["metadata"] = new JsonObject());
        var attempt = 0;
        var generate = metadata["name"] is null && metadata["generateName"] is not null;
        while (true)
        {
            if (generate)
            {
                metadata["name"] = NameSuffix.Append(metadata["generateName"]!.GetValue<string>());
            }

            PrepareCreate(definition, node);
            Admit(new AdmissionRequest(definition, WriteVerb.Create, "", node, null, options) { Warnings = warnings ?? [] });
            var key = new ResourceKey(type, node.Namespace(), node.Name());
            if (options.DryRun)
            {
                return store.Find(key) is { } known ? throw Taken(known) : StoredObject.From(key, 0, node);
            }

            if (store.TryCreate(key, node) is { } created)
            {
                return created;
            }

            if (!generate || ++attempt == 8)
            {
                throw store.Find(key) is { } known ? Taken(known) : ApiErrors.AlreadyExists(type, key.Name);
            }
        }
    }

    /// <summary>Changes the stored object by <paramref name="change"/>, again on a fresh copy when somebody else wrote in between.</summary>
    /// <param name="change">Changes the copy it gets, or returns another object; null leaves everything as it is.</param>
    /// <param name="subresource">"", "status" or another subresource that writes the object.</param>
    /// <exception cref="ApiException">404 NotFound, 409 Conflict when <paramref name="change"/> keeps another resourceVersion, 422 Invalid.</exception>
    public StoredObject Update(
        ResourceType type, string ns, string name, Func<JsonObject, JsonObject?> change, WriteOptions options, string subresource = "", List<string>? warnings = null)
    {
        var definition = catalog[type];
        for (var attempt = 0; ; attempt++)
        {
            var current = Get(type, ns, name);
            if (change(current.Copy()) is not { } next)
            {
                return current;
            }

            var asked = next["metadata"]?["resourceVersion"]?.GetValue<string>();
            if (!string.IsNullOrEmpty(asked) && asked != current.Revision.ToString(CultureInfo.InvariantCulture))
            {
                throw ApiErrors.Modified(type, name);
            }

            UpdateRules.Prepare(definition, current.Node, next, subresource);
            Admit(new AdmissionRequest(definition, WriteVerb.Update, subresource, next, current.Node, options) { Warnings = warnings ?? [] });
            UpdateRules.CountGeneration(definition, current.Node, next);
            next["metadata"]!["resourceVersion"] = current.Revision.ToString(CultureInfo.InvariantCulture);
            if (JsonNode.DeepEquals(next, current.Node))
            {
                return current;
            }

            try
            {
                var key = new ResourceKey(type, ns, name);
                if (options.DryRun)
                {
                    return StoredObject.From(key, current.Revision, next);
                }

                // The last finalizer went: the object that waited for it goes with it.
                if (next.IsDeleting() && next.Finalizers().Count == 0 && (next["metadata"]!["deletionGracePeriodSeconds"].AsLong() ?? 0) == 0
                    && !(type == KnownTypes.Namespaces && next["spec"]?["finalizers"] is JsonArray { Count: > 0 }))
                {
                    store.TryUpdate(key, next, current.Revision);
                    return store.TryDelete(key) ?? throw ApiErrors.NotFound(type, name);
                }

                return store.TryUpdate(key, next, current.Revision) ?? throw ApiErrors.NotFound(type, name);
            }
            catch (RevisionConflictException) when (attempt < MaximumRetries)
            {
                // Another writer was faster: read its version and try again.
            }
        }
    }

    /// <summary>Deletes at once, or marks as being deleted when finalizers, a grace period or foreground deletion ask to wait.</summary>
    /// <returns>The object as it is now (being deleted), or its last state (gone).</returns>
    public StoredObject Delete(ResourceType type, string ns, string name, DeletionOptions deletion, WriteOptions options)
    {
        var definition = catalog[type];
        for (var attempt = 0; ; attempt++)
        {
            var current = Get(type, ns, name);
            CheckPreconditions(type, current, deletion);
            Admit(new AdmissionRequest(definition, WriteVerb.Delete, "", null, current.Node, options));
            var next = current.Copy();
            var metadata = next["metadata"]!.AsObject();
            var grace = DeletionGrace.Seconds(type, current.Node, deletion);
            var finalizers = next.Finalizers().ToList();
            AddPropagationFinalizer(finalizers, deletion.PropagationPolicy);
            if (type == KnownTypes.CustomResourceDefinitions)
            {
                DefinitionDeletion.Begin(next, finalizers, time.GetUtcNow());
            }

            if (finalizers.Count > 0)
            {
                metadata["finalizers"] = new JsonArray([.. finalizers.Select(item => JsonValue.Create(item))]);
            }

            try
            {
                var content = type == KnownTypes.Namespaces && next["spec"]?["finalizers"] is JsonArray { Count: > 0 };
                if (finalizers.Count == 0 && grace == 0 && !content)
                {
                    return options.DryRun ? current : store.TryDelete(current.Key, current.Revision) ?? throw ApiErrors.NotFound(type, name);
                }

                var waited = metadata["deletionGracePeriodSeconds"].AsLong();
                if (next.IsDeleting() && (waited is null || waited <= grace))
                {
                    return current;
                }

                metadata["deletionTimestamp"] = Timestamp(time.GetUtcNow().AddSeconds(grace));
                if (content)
                {
                    next["status"] = new JsonObject { ["phase"] = "Terminating" };
                }
                else if (type != KnownTypes.CustomResourceDefinitions)
                {
                    metadata["deletionGracePeriodSeconds"] = grace;
                }

                if (definition.HasGeneration && type != KnownTypes.CustomResourceDefinitions || type == KnownTypes.Pods)
                {
                    metadata["generation"] = (metadata["generation"].AsLong() ?? 0) + 1;
                }

                return options.DryRun ? StoredObject.From(current.Key, current.Revision, next)
                    : store.TryUpdate(current.Key, next, current.Revision) ?? throw ApiErrors.NotFound(type, name);
            }
            catch (RevisionConflictException) when (attempt < MaximumRetries)
            {
                // Another writer was faster: read its version and try again.
            }
        }
    }

    private static ApiException Taken(StoredObject known) => known.Node.IsDeleting()
        ? ApiErrors.BeingDeleted(known.Key.Type, known.Key.Name)
        : ApiErrors.AlreadyExists(known.Key.Type, known.Key.Name);

    public static string Timestamp(DateTimeOffset when) => when.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static void AddPropagationFinalizer(List<string> finalizers, string? policy)
    {
        var wanted = policy switch { "Foreground" => "foregroundDeletion", "Orphan" => "orphan", _ => null };
        if (policy is not null)
        {
            finalizers.RemoveAll(item => item is "foregroundDeletion" or "orphan" && item != wanted);
        }

        if (wanted is not null && !finalizers.Contains(wanted))
        {
            finalizers.Add(wanted);
        }
    }

    private static void CheckPreconditions(ResourceType type, StoredObject current, DeletionOptions deletion)
    {
        // The real server names the kind here, where it names the resource everywhere else (registry/rest, BeforeDelete).
        var kind = new ResourceType(type.Group, current.Node.Kind());
        var uid = current.Node["metadata"]!["uid"]?.GetValue<string>();
        if (deletion.PreconditionUid is { } wantedUid && wantedUid != uid)
        {
            throw ApiErrors.Conflict(
                kind,
                current.Key.Name,
                $"the UID in the precondition ({wantedUid}) does not match the UID in record ({uid}). The object might have been deleted and then recreated");
        }

        if (deletion.PreconditionResourceVersion is { } wanted && wanted != current.Revision.ToString(CultureInfo.InvariantCulture))
        {
            throw ApiErrors.Conflict(
                kind,
                current.Key.Name,
                $"the ResourceVersion in the precondition ({wanted}) does not match the ResourceVersion in record ({current.Revision}). The object might have been modified");
        }
    }

    private void PrepareCreate(ResourceDefinition definition, JsonObject node)
    {
        var metadata = node["metadata"]!.AsObject();
        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = Timestamp(time.GetUtcNow());
        metadata.Remove("deletionTimestamp");
        metadata.Remove("deletionGracePeriodSeconds");
        metadata.Remove("resourceVersion");
        metadata.Remove("selfLink");
        metadata.Remove("generation");
        if (definition.HasGeneration)
        {
            metadata["generation"] = 1L;
        }

        if (definition.HasStatus && definition.CustomResourceDefinition is not null)
        {
            node.Remove("status");
        }
    }

    private void Admit(AdmissionRequest request)
    {
        foreach (var step in steps)
        {
            step.Admit(request);
        }
    }
}
