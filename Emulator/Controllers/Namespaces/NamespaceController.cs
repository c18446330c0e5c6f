using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>Empties a namespace that is being deleted, and lets it go when nothing is left in it.</summary>
internal sealed class NamespaceController(Registry registry, TimeProvider time) : IController
{
    private static readonly WriteOptions Writer = WriteOptions.System with { User = "system:serviceaccount:kube-system:namespace-controller" };

    private readonly ConcurrentDictionary<string, byte> ending = new();

    public string Name => "namespace-controller";

    public void Watch(Informers informers, WorkQueue queue)
    {
        informers.On(KnownTypes.Namespaces, change =>
        {
            if (change.Type is StoreEventType.Deleted)
            {
                ending.TryRemove(change.Object.Key.Name, out _);
            }
            else if (change.Object.Node.IsDeleting())
            {
                ending.TryAdd(change.Object.Key.Name, 0);
                queue.Add(change.Object.Key);
            }
        });
        informers.OnAll(change =>
        {
            // Something in it went, or was released by its finalizer.
            var ns = change.Object.Key.Namespace;
            if (!ending.IsEmpty && ns.Length > 0 && change.Type is not StoreEventType.Added && ending.ContainsKey(ns))
            {
                queue.Add(new ResourceKey(KnownTypes.Namespaces, "", ns));
            }
        });
    }

    public ValueTask ReconcileAsync(ResourceKey key, CancellationToken cancellation)
    {
        if (registry.Find(key.Type, "", key.Name) is not { } found || !found.Node.IsDeleting())
        {
            return ValueTask.CompletedTask;
        }

        var left = DeleteContent(key.Name);
        if (left.Count == 0)
        {
            registry.Update(
                key.Type,
                "",
                key.Name,
                node =>
                {
                    node.Ensure("spec").Remove("finalizers");
                    return node;
                },
                Writer,
                "finalize");
        }
        else
        {
            WriteConditions(key, left);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Deletes everything in a namespace; returns what is still there.</summary>
    private List<StoredObject> DeleteContent(string ns)
    {
        var left = new List<StoredObject>();
        foreach (var definition in registry.Catalog.All.Where(definition => definition.Namespaced))
        {
            foreach (var stored in registry.Store.List(definition.Type, ns).Items.ToList())
            {
                try
                {
                    if (!stored.Node.IsDeleting())
                    {
                        registry.Delete(stored.Key.Type, ns, stored.Key.Name, new DeletionOptions { PropagationPolicy = "Background" }, Writer);
                    }
                }
                catch (ApiException e) when (e.Code is 404 or 409)
                {
                    // Gone, or changed meanwhile: the next round sees which.
                }

                if (registry.Store.Find(stored.Key) is { } still)
                {
                    left.Add(still);
                }
            }
        }

        return left;
    }

    private void WriteConditions(ResourceKey key, List<StoredObject> left)
    {
        // configmaps. has 1 resource instances: the group is empty, and its dot stays.
        var remaining = left.GroupBy(stored => stored.Key.Type).OrderBy(group => group.Key.ToString(), StringComparer.Ordinal)
            .Select(group => $"{group.Key.Plural}.{group.Key.Group} has {group.Count()} resource instances");
        var finalizers = left.SelectMany(stored => stored.Node.Finalizers()).GroupBy(item => item).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"{group.Key} in {group.Count()} resource instances").ToList();
        registry.Update(
            key.Type,
            "",
            key.Name,
            node =>
            {
                var status = node.Ensure("status");
                var now = time.GetUtcNow();
                void Set(string type, bool holds, string reason, string message) =>
                    SetCondition(status, type, holds ? "True" : "False", reason, message, now);

                Set("NamespaceDeletionDiscoveryFailure", false, "ResourcesDiscovered", "All resources successfully discovered");
                Set("NamespaceDeletionGroupVersionParsingFailure", false, "ParsedGroupVersions", "All legacy kube types successfully parsed");
                Set(
                    "NamespaceDeletionContentFailure", false, "ContentDeleted", "All content successfully deleted, may be waiting on finalization");
                Set("NamespaceContentRemaining", true, "SomeResourcesRemain", $"Some resources are remaining: {string.Join(", ", remaining)}");
                if (finalizers.Count > 0)
                {
                    Set(
                        "NamespaceFinalizersRemaining", true, "SomeFinalizersRemain",
                        $"Some content in the namespace has finalizers remaining: {string.Join(", ", finalizers)}");
                }
                else
                {
                    Set("NamespaceFinalizersRemaining", false, "ContentHasNoFinalizers", "All content-preserving finalizers finished");
                }

                return node;
            },
            Writer,
            "status");
    }

    private static void SetCondition(JsonObject status, string type, string value, string reason, string message, DateTimeOffset now)
    {
        var current = status["conditions"].Items().FirstOrDefault(condition => condition["type"].Text() == type);
        if (current is not null && current["message"].Text() != message)
        {
            current["message"] = message;
        }

        Conditions.Set(status, type, value, reason, message, now);
    }
}
