using System.Collections.Concurrent;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>One stream of all changes for all controllers and nodes: each is told of the types that it asked for.</summary>
/// <remarks>Listeners run one after another on one task: they only put keys into queues and read the store when their turn comes.</remarks>
internal sealed class Informers(ObjectStore store, ILogger<Informers> logger)
{
    private readonly ConcurrentDictionary<ResourceType, Action<StoreEvent>> listeners = new();
    private readonly Dictionary<ResourceKey, StoredObject> known = [];
    private Action<StoreEvent>? everything;

    /// <summary>Tells of every change of a type, first of all objects there are. Only before the start.</summary>
    public void On(ResourceType type, Action<StoreEvent> listener) =>
        listeners.AddOrUpdate(type, listener, (_, others) => others + listener);

    /// <summary>Tells of every change of every type. Only before the start.</summary>
    public void OnAll(Action<StoreEvent> listener) => everything += listener;

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var (objects, watch) = store.ListAndWatchAll();
            using (watch)
            {
                Replace(objects);
                await foreach (var change in watch.Reader.ReadAllAsync(cancellation))
                {
                    Tell(change);
                }
            }
        }
    }

    /// <summary>After a break in the stream: what changed or went meanwhile is told as if it had been seen.</summary>
    private void Replace(IReadOnlyList<StoredObject> objects)
    {
        var gone = new Dictionary<ResourceKey, StoredObject>(known);
        foreach (var found in objects)
        {
            gone.Remove(found.Key, out var previous);
            if (previous?.Revision != found.Revision)
            {
                Tell(new StoreEvent(previous is null ? StoreEventType.Added : StoreEventType.Modified, found, previous));
            }
        }

        foreach (var last in gone.Values)
        {
            Tell(new StoreEvent(StoreEventType.Deleted, last, last));
        }
    }

    private void Tell(StoreEvent change)
    {
        if (change.Type is StoreEventType.Deleted)
        {
            known.Remove(change.Object.Key);
        }
        else
        {
            known[change.Object.Key] = change.Object;
        }

        try
        {
            everything?.Invoke(change);
            if (listeners.TryGetValue(change.Object.Key.Type, out var listener))
            {
                listener(change);
            }
        }
        catch (Exception e)
        {
            // One listener's fault must not stop the stream for all others.
            logger.LogError(e, "A change of {Key} could not be told", change.Object.Key);
        }
    }
}
