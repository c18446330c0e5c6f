using System.Collections.Concurrent;
using Emulator.Storage;

namespace Emulator.Api.CustomResources;

/// <summary>Deletes the objects of a definition that is being deleted, waits until they are gone, and lets the definition go.</summary>
internal sealed class CustomResourceCleanup(Registry registry, TimeProvider time, ILogger<CustomResourceCleanup> logger)
{
    private static readonly WriteOptions Writer =
        new() { User = "system:apiserver", FieldManager = "kube-apiserver", ApiVersion = "apiextensions.k8s.io/v1" };

    private readonly ConcurrentDictionary<string, Task> running = new();

    /// <summary>Begins the clean-up of a definition, unless it is going on.</summary>
    public void Start(StoredObject definition, ResourceType type, CancellationToken cancellation)
    {
        if (definition.Node.Finalizers().Contains(DefinitionDeletion.Finalizer))
        {
            _ = running.GetOrAdd(definition.Node.Uid(), _ => RunAsync(definition.Key.Name, type, cancellation));
        }
    }

    /// <summary>Forgets a definition that is gone.</summary>
    public void Forget(StoredObject definition) => running.TryRemove(definition.Node.Uid(), out _);

    private async Task RunAsync(string name, ResourceType type, CancellationToken cancellation)
    {
        // Whoever starts it is reading the changes of definitions, and this makes some.
        await Task.Yield();
        try
        {
            Say(name, "True", "InstanceDeletionInProgress", "CustomResource deletion is in progress", isLast: false);
            var (list, watch) = registry.Store.ListAndWatch(type);
            using (watch)
            {
                foreach (var item in list.Items)
                {
                    Delete(item);
                }

                while (registry.Store.List(type).Items.Any())
                {
                    // Objects with finalizers go when those who set them say so.
                    await watch.Reader.WaitToReadAsync(cancellation);
                    while (watch.Reader.TryRead(out _))
                    {
                    }
                }
            }

            Say(name, "False", "InstanceDeletionCompleted", "removed all instances", isLast: true);
        }
        catch (OperationCanceledException)
        {
            // The cluster ends; the next start goes on.
        }
        catch (ApiException gone) when (gone.Code == 404)
        {
            // Somebody took the finalizer away: the definition is gone already.
        }
        catch (ApiException fault)
        {
            logger.LogWarning("CustomResourceDefinition {Name} cannot be cleaned up: {Reason}", name, fault.Message);
        }
    }

    private void Delete(StoredObject item)
    {
        try
        {
            registry.Delete(item.Key.Type, item.Key.Namespace, item.Key.Name, DeletionOptions.Default, Writer);
        }
        catch (ApiException gone) when (gone.Code == 404)
        {
            // Deleted by somebody else meanwhile.
        }
    }

    private void Say(string name, string status, string reason, string message, bool isLast) => registry.Update(
        KnownTypes.CustomResourceDefinitions,
        "",
        name,
        current =>
        {
            DefinitionDeletion.Say(current, status, reason, message, time.GetUtcNow());
            if (isLast)
            {
                current.RemoveFinalizer(DefinitionDeletion.Finalizer);
            }

            return current;
        },
        Writer,
        "status");
}
