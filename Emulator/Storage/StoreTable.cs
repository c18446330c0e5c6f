using System.Collections.Immutable;
using NamespaceRows = System.Collections.Immutable.ImmutableSortedDictionary<string, Emulator.Storage.StoredObject>;

namespace Emulator.Storage;

/// <summary>The objects of one resource type, with the changes that led there.</summary>
/// <remarks>Only <see cref="ObjectStore"/> calls it, under its lock; <see cref="Rows"/> is immutable and may be read at any time.</remarks>
/// <param name="since">The revision from which on the table knows all changes; a watch from before it has expired.</param>
internal sealed class StoreTable(long since)
{
    private const int HistoryLength = 10_000;

    /// <summary>Large objects are forgotten sooner.</summary>
    private const long HistoryBytes = 32 * 1024 * 1024;

    /// <summary>Replaced versions stay parsed for a while, for watches that select; the parsed form is many times larger.</summary>
    private const int ParsedHistory = 256;

    private readonly Queue<StoreEvent> history = new();
    private readonly Queue<StoredObject> parsed = new();
    private readonly List<StoreWatch> watches = [];
    private long bytes;
    private long forgotten = since;

    /// <summary>Objects by namespace, then by name, in the order etcd would list them.</summary>
    public ImmutableSortedDictionary<string, NamespaceRows> Rows { get; private set; } =
        ImmutableSortedDictionary.Create<string, NamespaceRows>(NamespaceOrder.Instance);

    public StoredObject? Find(string ns, string name) =>
        Rows.TryGetValue(ns, out var rows) && rows.TryGetValue(name, out var found) ? found : null;

    /// <summary>The rows at an earlier revision: the changes since are taken back, newest first.</summary>
    /// <exception cref="RevisionExpiredException">Some of those changes are forgotten.</exception>
    public ImmutableSortedDictionary<string, NamespaceRows> RowsAt(long revision)
    {
        if (revision < forgotten)
        {
            throw new RevisionExpiredException(revision, forgotten);
        }

        var rows = Rows;
        foreach (var change in history.Where(change => change.Revision > revision).Reverse())
        {
            var key = change.Object.Key;
            var space = rows.GetValueOrDefault(key.Namespace) ?? ImmutableSortedDictionary.Create<string, StoredObject>(StringComparer.Ordinal);
            space = change.Previous is { } previous ? space.SetItem(key.Name, previous) : space.Remove(key.Name);
            rows = space.IsEmpty ? rows.Remove(key.Namespace) : rows.SetItem(key.Namespace, space);
        }

        return rows;
    }

    /// <summary>Puts in an object of an earlier process, whose history is not known.</summary>
    public void Restore(StoredObject kept) => SetRow(kept.Key, kept);

    public void Apply(StoreEvent change)
    {
        SetRow(change.Object.Key, change.Type is StoreEventType.Deleted ? null : change.Object);
        if (change.Previous is { } previous)
        {
            parsed.Enqueue(previous);
            if (parsed.Count > ParsedHistory)
            {
                parsed.Dequeue().Forget();
            }
        }

        history.Enqueue(change);
        bytes += change.Object.Json.Length;
        while (history.Count > HistoryLength || bytes > HistoryBytes && history.Count > 1)
        {
            var dropped = history.Dequeue();
            bytes -= dropped.Object.Json.Length;
            forgotten = dropped.Revision;
        }

        foreach (var watch in watches)
        {
            watch.Offer(change);
        }
    }

    /// <summary>Drops the parsed form of all objects, those of earlier versions too.</summary>
    public void Forget()
    {
        foreach (var change in history)
        {
            change.Object.Forget();
        }

        foreach (var row in Rows.Values.SelectMany(rows => rows.Values))
        {
            row.Forget();
        }

        foreach (var previous in parsed)
        {
            previous.Forget();
        }

        parsed.Clear();
    }

    /// <summary>Starts a watch that first replays the changes after <paramref name="after"/>.</summary>
    /// <exception cref="RevisionExpiredException">Some of those changes are forgotten.</exception>
    public StoreWatch Watch(string? ns, long after, Action<StoreWatch> detach)
    {
        if (after < forgotten)
        {
            throw new RevisionExpiredException(after, forgotten);
        }

        var watch = new StoreWatch(ns, detach);
        foreach (var change in history)
        {
            if (change.Revision > after)
            {
                watch.Offer(change);
            }
        }

        watches.Add(watch);
        return watch;
    }

    public void Detach(StoreWatch watch) => watches.Remove(watch);

    private void SetRow(ResourceKey key, StoredObject? row)
    {
        var rows = Rows.GetValueOrDefault(key.Namespace) ?? ImmutableSortedDictionary.Create<string, StoredObject>(StringComparer.Ordinal);
        rows = row is null ? rows.Remove(key.Name) : rows.SetItem(key.Name, row);
        Rows = rows.IsEmpty ? Rows.Remove(key.Namespace) : Rows.SetItem(key.Namespace, rows);
    }

    /// <summary>Orders namespaces as the keys <c>namespace/name</c> are ordered, where <c>a-b/</c> comes before <c>a/</c>.</summary>
    private sealed class NamespaceOrder : IComparer<string>
    {
        public static readonly NamespaceOrder Instance = new();

        public int Compare(string? x, string? y) => x == y ? 0 : string.CompareOrdinal(x + "/", y + "/");
    }
}
