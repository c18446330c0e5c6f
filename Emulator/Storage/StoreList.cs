using System.Collections.Immutable;

namespace Emulator.Storage;

/// <summary>A consistent view of one resource type at one revision; later writes do not show in it.</summary>
internal sealed record StoreList(long Revision, ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, StoredObject>> Rows, string? Namespace)
{
    public IEnumerable<StoredObject> Items =>
        Namespace is null ? Rows.Values.SelectMany(rows => rows.Values)
        : Rows.TryGetValue(Namespace, out var rows) ? rows.Values
        : [];

    /// <summary>The objects that come after one in the order of <see cref="Items"/>, whether that one is still there or not.</summary>
    public IEnumerable<StoredObject> After(string ns, string name)
    {
        foreach (var (space, rows) in Rows)
        {
            var order = string.CompareOrdinal(space + "/", ns + "/");
            if (order < 0 || Namespace is not null && space != Namespace)
            {
                continue;
            }

            foreach (var row in rows.Values)
            {
                if (order > 0 || string.CompareOrdinal(row.Key.Name, name) > 0)
                {
                    yield return row;
                }
            }
        }
    }
}
