using System.Globalization;
using System.Text.Json.Nodes;
using Emulator.Storage.Durability;
using ServiceDefaults;

namespace Emulator.Storage;

/// <summary>Versioned objects of all types: what etcd is to a kube-apiserver.</summary>
/// <remarks>One revision counter for all types; every write takes the next one. Reads never wait for writers longer than one commit.</remarks>
internal sealed class ObjectStore : IReleasable, IDisposable
{
    private static readonly HashSet<ResourceType> BuiltIn = [.. BuiltInResources.All.Select(definition => definition.Type)];

    private readonly Lock gate = new();
    private readonly Dictionary<ResourceType, StoreTable> tables = [];
    private readonly List<StoreWatch> observers = [];
    private readonly WriteAheadLog? log;
    private readonly long floor;
    private long revision = 1;

    /// <param name="log">Keeps the objects across restarts; null: they live as long as the process.</param>
    public ObjectStore(WriteAheadLog? log = null)
    {
        if (log is null)
        {
            return;
        }

        this.log = log;
        floor = revision = Math.Max(log.Revision, revision);
        foreach (var kept in log.TakeRecovered())
        {
            Table(kept.Key.Type).Restore(kept);
        }
    }

    /// <summary>Whether an acknowledged write is to be on the disk.</summary>
    public bool IsKept => log is not null;

    /// <summary>The revision of the last commit.</summary>
    public long Revision => Volatile.Read(ref revision);

    public StoredObject? Find(ResourceKey key)
    {
        lock (gate)
        {
            return Table(key.Type).Find(key.Namespace, key.Name);
        }
    }

    /// <summary>Completes when every write so far will outlive a loss of power; at once where nothing is kept.</summary>
    public Task FlushedAsync() => log?.FlushedAsync() ?? Task.CompletedTask;

    /// <summary>All objects of a type, or of one namespace of it, with the revision at which they were read.</summary>
    public StoreList List(ResourceType type, string? ns = null)
    {
        lock (gate)
        {
            return new StoreList(revision, Table(type).Rows, ns);
        }
    }

    /// <summary>A list as it was at an earlier revision.</summary>
    /// <exception cref="RevisionExpiredException">The history does not reach back that far.</exception>
    public StoreList ListAt(ResourceType type, string? ns, long at)
    {
        lock (gate)
        {
            return new StoreList(at, Table(type).RowsAt(at), ns);
        }
    }

    /// <summary>Stores a new object; null if there is one of that name already.</summary>
    public StoredObject? TryCreate(ResourceKey key, JsonObject node)
    {
        lock (gate)
        {
            var table = Table(key.Type);
            return table.Find(key.Namespace, key.Name) is null ? Commit(table, StoreEventType.Added, key, node, null) : null;
        }
    }

    /// <summary>Replaces an object that was read at <paramref name="expected"/>; null if it is gone.</summary>
    /// <exception cref="RevisionConflictException">Somebody else wrote it since.</exception>
    public StoredObject? TryUpdate(ResourceKey key, JsonObject node, long expected)
    {
        lock (gate)
        {
            var table = Table(key.Type);
            return Current(table, key, expected) is { } previous ? Commit(table, StoreEventType.Modified, key, node, previous) : null;
        }
    }

    /// <summary>Removes an object; null if it is gone already.</summary>
    /// <exception cref="RevisionConflictException">Somebody else wrote it since <paramref name="expected"/>.</exception>
    public StoredObject? TryDelete(ResourceKey key, long? expected = null)
    {
        lock (gate)
        {
            var table = Table(key.Type);
            return Current(table, key, expected) is { } previous ? Commit(table, StoreEventType.Deleted, key, previous.Copy(), previous) : null;
        }
    }

    /// <summary>Watches a type from just after a revision on.</summary>
    /// <exception cref="RevisionExpiredException">The history does not reach back that far.</exception>
    public StoreWatch Watch(ResourceType type, string? ns, long after)
    {
        lock (gate)
        {
            var table = Table(type);
            return table.Watch(ns, after, watch =>
            {
                lock (gate)
                {
                    table.Detach(watch);
                }
            });
        }
    }

    /// <summary>Lists and watches from exactly that list on, with no change between them lost or seen twice.</summary>
    public (StoreList List, StoreWatch Watch) ListAndWatch(ResourceType type, string? ns = null)
    {
        lock (gate)
        {
            return (List(type, ns), Watch(type, ns, revision));
        }
    }

    /// <summary>Everything there is, and a watch of every change of every type after it: one stream for all controllers.</summary>
    public (IReadOnlyList<StoredObject> Objects, StoreWatch Watch) ListAndWatchAll()
    {
        lock (gate)
        {
            var watch = new StoreWatch(null, stopped =>
            {
                lock (gate)
                {
                    observers.Remove(stopped);
                }
            });
            observers.Add(watch);
            return ([.. tables.Values.SelectMany(table => table.Rows.Values).SelectMany(rows => rows.Values)], watch);
        }
    }

    /// <summary>Drops the parsed form of all objects; it comes back for those that somebody reads.</summary>
    public void Release()
    {
        lock (gate)
        {
            foreach (var table in tables.Values)
            {
                table.Forget();
            }
        }
    }

    public void Dispose() => log?.Dispose();

    private static StoredObject? Current(StoreTable table, ResourceKey key, long? expected)
    {
        var current = table.Find(key.Namespace, key.Name);
        return current is null || expected is null || current.Revision == expected ? current : throw new RevisionConflictException(key);
    }

    private StoredObject Commit(StoreTable table, StoreEventType type, ResourceKey key, JsonObject node, StoredObject? previous)
    {
        var next = revision + 1;
        node["metadata"]!["resourceVersion"] = next.ToString(CultureInfo.InvariantCulture);
        var stored = StoredObject.From(key, next, node);
        log?.Append(type is StoreEventType.Deleted ? LogRecord.Delete(stored) : LogRecord.Put(stored));
        Volatile.Write(ref revision, next);
        var change = new StoreEvent(type, stored, previous);
        table.Apply(change);
        foreach (var observer in observers)
        {
            observer.Offer(change);
        }

        if (log is { IsLong: true })
        {
            log.Compact(next, [.. tables.Values.SelectMany(kept => kept.Rows.Values).SelectMany(rows => rows.Values)]);
        }

        return stored;
    }

    private StoreTable Table(ResourceType type) => tables.TryGetValue(type, out var table) ? table : tables[type] = new StoreTable(BuiltIn.Contains(type) ? floor : revision);
}
