using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>Deletes what has lost its last owner, and carries out foreground and orphaning deletion.</summary>
internal sealed class GarbageCollector(Registry registry) : IController
{
    private const string Foreground = "foregroundDeletion";
    private const string Orphan = "orphan";

    private static readonly WriteOptions Writer =
        WriteOptions.System with { User = "system:serviceaccount:kube-system:generic-garbage-collector" };

    private readonly OwnerGraph graph = new();

    public string Name => "garbage-collector";

    public void Watch(Informers informers, WorkQueue queue) => informers.OnAll(change =>
    {
        var key = change.Object.Key;
        if (change.Type is StoreEventType.Deleted)
        {
            graph.Forget(key);
            foreach (var dependent in graph.Dependents(change.Object.Node.Uid()))
            {
                queue.Add(dependent);
            }

            EnqueueOwners(change.Object, queue);
        }
        else if (OwnerGraph.MayHaveOwners(change.Object) || (change.Previous is { } previous && OwnerGraph.MayHaveOwners(previous)))
        {
            var uids = OwnerGraph.References(change.Object.Node).Select(owner => owner["uid"].Text() ?? "").ToList();
            if (graph.Set(key, uids))
            {
                queue.Add(key);
            }
        }

        if (change.Type is not StoreEventType.Deleted && IsWaitingForDependents(change.Object))
        {
            queue.Add(key);
        }
    });

    public ValueTask ReconcileAsync(ResourceKey key, CancellationToken cancellation)
    {
        if (registry.Store.Find(key) is not { } found)
        {
            return ValueTask.CompletedTask;
        }

        if (!found.Node.IsDeleting())
        {
            CheckOwners(found);
        }
        else if (found.Node.Finalizers().Contains(Orphan))
        {
            OrphanDependents(found);
        }
        else if (found.Node.Finalizers().Contains(Foreground))
        {
            DeleteDependents(found);
        }

        return ValueTask.CompletedTask;
    }

    private static bool IsWaitingForDependents(StoredObject stored) =>
        stored.Json.Span.IndexOf("\"deletionTimestamp\""u8) >= 0
        && (stored.Json.Span.IndexOf("\"foregroundDeletion\""u8) >= 0 || stored.Json.Span.IndexOf("\"orphan\""u8) >= 0);

    private void EnqueueOwners(StoredObject gone, WorkQueue queue)
    {
        if (!OwnerGraph.MayHaveOwners(gone))
        {
            return;
        }

        foreach (var reference in OwnerGraph.References(gone.Node))
        {
            if (FindOwner(reference, gone.Key.Namespace, out _) is { } owner && owner.Node.IsDeleting())
            {
                queue.Add(owner.Key);
            }
        }
    }

    private void CheckOwners(StoredObject dependent)
    {
        var lost = new List<string>();
        var (present, waiting) = (0, 0);
        foreach (var reference in OwnerGraph.References(dependent.Node))
        {
            var owner = FindOwner(reference, dependent.Key.Namespace, out var known);
            if (!known)
            {
                present++;
            }
            else if (owner is null)
            {
                lost.Add(reference["uid"].Text() ?? "");
            }
            else if (owner.Node.IsDeleting() && owner.Node.Finalizers().Contains(Foreground))
            {
                waiting++;
                lost.Add(reference["uid"].Text() ?? "");
            }
            else
            {
                present++;
            }
        }

        if (present > 0 && lost.Count > 0)
        {
            RemoveReferences(dependent.Key, lost);
        }
        else if (present == 0 && lost.Count > 0)
        {
            var finalizers = dependent.Node.Finalizers();
            Delete(dependent, finalizers.Contains(Orphan) ? "Orphan"
                : finalizers.Contains(Foreground) || (waiting > 0 && graph.Dependents(dependent.Node.Uid()).Count > 0) ? "Foreground"
                : "Background");
        }
    }

    private void DeleteDependents(StoredObject owner)
    {
        var uid = owner.Node.Uid();
        var blocked = false;
        foreach (var key in graph.Dependents(uid))
        {
            if (registry.Store.Find(key) is not { } dependent)
            {
                continue;
            }

            blocked |= OwnerGraph.References(dependent.Node).Any(reference => reference["uid"].Text() == uid && reference["blockOwnerDeletion"].IsTrue());
            if (!dependent.Node.IsDeleting())
            {
                CheckOwners(dependent);
            }
        }

        if (!blocked)
        {
            RemoveFinalizer(owner.Key, Foreground);
        }
    }

    private void OrphanDependents(StoredObject owner)
    {
        foreach (var key in graph.Dependents(owner.Node.Uid()))
        {
            RemoveReferences(key, [owner.Node.Uid()]);
        }

        RemoveFinalizer(owner.Key, Orphan);
    }

    private StoredObject? FindOwner(JsonObject reference, string ns, out bool known)
    {
        // apps/v1 or v1
        var version = reference["apiVersion"].Text() ?? "";
        var slash = version.IndexOf('/');
        var definition = registry.Catalog.FindKind(slash < 0 ? "" : version[..slash], reference["kind"].Text() ?? "");
        known = definition is not null;
        var owner = definition is null ? null : registry.Find(definition.Type, definition.Namespaced ? ns : "", reference["name"].Text() ?? "");
        return owner?.Node.Uid() == reference["uid"].Text() ? owner : null;
    }

    private void Delete(StoredObject stored, string policy)
    {
        try
        {
            registry.Delete(
                stored.Key.Type,
                stored.Key.Namespace,
                stored.Key.Name,
                new DeletionOptions { PropagationPolicy = policy, PreconditionUid = stored.Node.Uid() },
                Writer);
        }
        catch (ApiException e) when (e.Code is 404 or 409)
        {
            // Gone already, or another object has the name now.
        }
    }

    private void RemoveReferences(ResourceKey key, List<string> uids) => Change(key, node =>
    {
        var references = node["metadata"]!["ownerReferences"] as JsonArray;
        foreach (var reference in references.Items().Where(item => uids.Contains(item["uid"].Text() ?? "")).ToList())
        {
            references!.Remove(reference);
        }

        if (references is { Count: 0 })
        {
            node["metadata"]!.AsObject().Remove("ownerReferences");
        }
    });

    private void RemoveFinalizer(ResourceKey key, string finalizer) => Change(key, node => node.RemoveFinalizer(finalizer));

    private void Change(ResourceKey key, Action<JsonObject> change)
    {
        try
        {
            registry.Update(
                key.Type,
                key.Namespace,
                key.Name,
                node =>
                {
                    change(node);
                    return node;
                },
                Writer);
        }
        catch (ApiException e) when (e.Code == 404)
        {
            // It is gone, and with it what was to be changed.
        }
    }
}
