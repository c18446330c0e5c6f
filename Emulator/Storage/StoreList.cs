using System.Collections.Immutable;

namespace Emulator.Storage;

/// <summary>A consistent view of one resource type at one revision; later writes do not show in it.</summary>
internal sealed record StoreList(long Revision, ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, StoredObject>> Rows, string? Namespace)
{
    public IEnumerable<StoredObject> Items =>
        Namespace is null ? Rows.Values.SelectMany(rows => rows.Values)
        : Rows.TryGetValue(Namespace, out var rows) ? rows.Values
        : [];
}
