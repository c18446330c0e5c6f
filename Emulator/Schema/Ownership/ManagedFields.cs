using System.Text.Json.Nodes;
using Emulator.Schema.Model;

namespace Emulator.Schema.Ownership;

/// <summary>Keeps <c>metadata.managedFields</c> right: who last set which field.</summary>
internal static class ManagedFields
{
    private const string Field = "managedFields";
    private const int MaxUpdaters = 10;

    // What the server sets itself has no owner.
    private static readonly string[] ServerFields =
        ["f:name", "f:namespace", "f:creationTimestamp", "f:selfLink", "f:uid", "f:clusterName", "f:generation", "f:managedFields", "f:resourceVersion"];

    /// <summary>Makes the writer of a plain create or update the owner of what it changed.</summary>
    /// <param name="before">The object as stored; null when it is created.</param>
    /// <param name="after">The object as written; gets the new managedFields.</param>
    /// <param name="writer">Who writes; its fields and time are ignored.</param>
    public static void Update(JsonObject? before, JsonObject after, SchemaNode schema, ManagedEntry writer, string now)
    {
        var metadata = after["metadata"]!.AsObject();
        var stored = before?["metadata"]?[Field] as JsonArray;
        var managed = Read(stored, metadata[Field] as JsonArray, writer.Subresource.Length > 0, out var reset);
        metadata.Remove(Field);
        if (writer.Subresource == "scale")
        {
            managed = ScaleOwnership.Split(managed);
        }

        if (managed.Count == 0 && before is not null && !reset)
        {
            return;
        }

        var difference = FieldComparison.Of(before ?? [], after, schema);
        var taken = Strip(difference.Changed ?? new FieldSet());
        var next = Release(managed, difference, writer, out _);
        if (!taken.IsEmpty)
        {
            var own = next.FindIndex(entry => entry.IsSame(writer));
            var entry = writer with { Fields = own >= 0 ? FieldSet.Union(taken, next[own].Fields) : taken, Time = writer.Subresource == "scale" ? null : now };
            if (own >= 0)
            {
                next[own] = entry;
            }
            else
            {
                next.Add(entry);
            }

            Cap(next);
        }

        Write(metadata, next);
    }

    public static List<ManagedEntry> Read(JsonArray? list) => [.. (list ?? []).Select(ManagedEntry.Parse).OfType<ManagedEntry>()];

    public static void Write(JsonObject metadata, List<ManagedEntry> managed)
    {
        if (managed.Count == 0)
        {
            metadata.Remove(Field);
            return;
        }

        metadata[Field] = new JsonArray(
        [
            .. managed.OrderBy(entry => entry.Operation, StringComparer.Ordinal).ThenBy(entry => entry.Time ?? "", StringComparer.Ordinal)
                .ThenBy(entry => entry.Manager, StringComparer.Ordinal).ThenBy(entry => entry.Subresource, StringComparer.Ordinal).Select(entry => entry.ToJson()),
        ]);
    }

    /// <summary>Takes from all other owners what the writer changed or removed.</summary>
    /// <param name="conflicts">What they lose because its value is another one now.</param>
    public static List<ManagedEntry> Release(List<ManagedEntry> managed, FieldComparison difference, ManagedEntry? writer, out List<(ManagedEntry Owner, FieldSet Fields)> conflicts)
    {
        conflicts = [];
        var next = new List<ManagedEntry>(managed.Count);
        foreach (var entry in managed)
        {
            var fields = entry.Fields;
            if (difference.Changed is { } changed && (writer is null || !entry.IsSame(writer) || !entry.Applied))
            {
                var lost = FieldSet.Intersection(fields, changed);
                if (!lost.IsEmpty)
                {
                    conflicts.Add((entry, lost));
                    fields = FieldSet.Difference(fields, lost);
                }
            }

            if (difference.Removed is { } removed)
            {
                fields = FieldSet.Difference(fields, removed);
            }

            if (!fields.IsEmpty)
            {
                next.Add(ReferenceEquals(fields, entry.Fields) ? entry : entry with { Fields = fields });
            }
        }

        return next;
    }

    public static FieldSet Strip(FieldSet set)
    {
        var own = new FieldSet();
        foreach (var (element, part) in set.Children)
        {
            if (element is "f:apiVersion" or "f:kind")
            {
                continue;
            }

            if (element != "f:metadata")
            {
                own.Set(element, part);
                continue;
            }

            var metadata = new FieldSet();
            foreach (var (name, field) in part.Children)
            {
                if (!ServerFields.Contains(name))
                {
                    metadata.Set(name, field);
                }
            }

            own.Set(element, metadata);
        }

        return own;
    }

    /// <summary>The entries to go on from: those the writer sent, so that they can be changed, or those stored.</summary>
    private static List<ManagedEntry> Read(JsonArray? stored, JsonArray? sent, bool subresource, out bool reset)
    {
        reset = !subresource && sent is [JsonObject { Count: 0 }];
        if (reset)
        {
            return [];
        }

        var asked = subresource || ReferenceEquals(sent, stored) ? [] : Read(sent);
        return asked.Count > 0 ? asked : Read(stored);
    }

    /// <summary>Joins the oldest of many updaters, so that the list stays short.</summary>
    private static void Cap(List<ManagedEntry> managed)
    {
        while (managed.Count(entry => !entry.Applied) > MaxUpdaters)
        {
            var oldest = managed.Where(entry => !entry.Applied).OrderBy(entry => entry.Time ?? "", StringComparer.Ordinal).Take(2).ToList();
            managed.Remove(oldest[0]);
            managed[managed.IndexOf(oldest[1])] = oldest[1] with { Manager = "ancient-changes", Fields = FieldSet.Union(oldest[0].Fields, oldest[1].Fields) };
        }
    }
}
