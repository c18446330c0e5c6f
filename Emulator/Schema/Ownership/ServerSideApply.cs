using System.Text.Json.Nodes;
using Emulator.Schema.Model;
using Emulator.Storage;

namespace Emulator.Schema.Ownership;

/// <summary>Server-side apply: merges a configuration into an object and keeps track of who owns what.</summary>
internal static class ServerSideApply
{
    private const string BeforeFirstApply = "before-first-apply";

    /// <summary>The object after the apply, with its new managedFields; <paramref name="live"/> is changed.</summary>
    /// <param name="live">The stored object; null when the apply creates it.</param>
    /// <param name="writer">Who applies; its fields and time are ignored.</param>
    /// <param name="ignored">Top-level fields that this endpoint does not write, such as status.</param>
    /// <exception cref="ApiException">409 when others own fields to which the configuration gives other values, and <paramref name="force"/> is not set.</exception>
    public static JsonObject Apply(JsonObject? live, JsonObject applied, SchemaNode schema, ManagedEntry writer, bool force, Func<string, bool> ignored, string now)
    {
        var managed = ManagedFields.Read(live?["metadata"]?["managedFields"] as JsonArray);
        if (managed.Count == 0 && live is not null)
        {
            var all = ManagedFields.Strip(FieldComparison.Of(new JsonObject(), live, schema).Changed ?? new FieldSet());
            managed.Add(new ManagedEntry(BeforeFirstApply, "Update", writer.ApiVersion, "", now, all));
        }

        var before = (JsonObject?)live?.DeepClone() ?? [];
        var wanted = ManagedFields.Strip(Without(FieldCollector.Collect(applied, schema), ignored));
        var last = managed.Find(entry => entry.IsSame(writer));
        var merged = (JsonObject)TypedMerge.Merge(live ?? [], applied, schema)!;
        var others = managed.Where(entry => !ReferenceEquals(entry, last)).ToList();
        if (last is not null && !last.Fields.IsEmpty)
        {
            Prune(merged, last.Fields, others, wanted, schema);
        }

        foreach (var field in applied.Select(field => field.Key).Where(ignored).ToList())
        {
            merged.CopyFrom(before, field);
        }

        var difference = FieldComparison.Of(WithoutManaged(before), WithoutManaged(merged), schema);
        var next = ManagedFields.Release(others, difference, writer, out var conflicts);
        if (conflicts.Count > 0 && !force && Unforeseen(conflicts, before, schema, writer) is { Count: > 0 } refused)
        {
            throw ApplyConflicts.Refusal(refused);
        }

        if (!wanted.IsEmpty)
        {
            next.Add(writer with { Fields = wanted, Time = live is null || !difference.IsSame ? now : last?.Time });
        }

        ManagedFields.Write(merged["metadata"] as JsonObject ?? (JsonObject)(merged["metadata"] = new JsonObject()), next);
        LastApplied.Refresh(merged, applied, writer.Manager);
        return merged;
    }

    /// <summary>Removes what the writer applied before and does not apply now, unless somebody else owns it.</summary>
    private static void Prune(JsonObject merged, FieldSet last, List<ManagedEntry> others, FieldSet wanted, SchemaNode schema)
    {
        var owned = others.Aggregate(wanted, (all, entry) => FieldSet.Union(all, entry.Fields));
        var dropped = FieldSet.Difference(FieldCollector.WithNamedFields(last, schema), FieldCollector.WithNamedFields(owned, schema));
        if (!dropped.IsEmpty)
        {
            TypedMerge.Remove(merged, dropped, schema);
        }
    }

    /// <summary>Leaves out the conflicts that come from kubectl's own client-side apply: kubectl moving to the server may take its fields along.</summary>
    private static List<(ManagedEntry Owner, FieldSet Fields)> Unforeseen(
        List<(ManagedEntry Owner, FieldSet Fields)> conflicts, JsonObject before, SchemaNode schema, ManagedEntry writer)
    {
        if (writer.Manager != "kubectl" || LastApplied.Fields(before, schema) is not { } allowed)
        {
            return conflicts;
        }

        return [.. conflicts.Select(conflict => (conflict.Owner, FieldSet.Difference(conflict.Fields, allowed))).Where(conflict => !conflict.Item2.IsEmpty)];
    }

    private static FieldSet Without(FieldSet set, Func<string, bool> ignored)
    {
        foreach (var element in set.Children.Keys.Where(element => ignored(element[2..])).ToList())
        {
            set.Remove(element);
        }

        return set;
    }

    private static JsonObject WithoutManaged(JsonObject node)
    {
        (node["metadata"] as JsonObject)?.Remove("managedFields");
        return node;
    }
}
