using System.Text.Json.Nodes;
using Emulator.Schema.Model;

namespace Emulator.Schema.Ownership;

/// <summary>Lays an applied configuration over an object (structured-merge-diff, Merge).</summary>
internal static class TypedMerge
{
    /// <summary>The live value with all that is applied in it; the live value is changed.</summary>
    public static JsonNode? Merge(JsonNode? live, JsonNode? applied, SchemaNode schema)
    {
        switch (live, applied)
        {
            case (JsonObject before, JsonObject wanted) when schema.Type is SchemaType.Object or SchemaType.Map or SchemaType.Any && !schema.Atomic:
                foreach (var (name, value) in wanted)
                {
                    var known = before[name];
                    var merged = Merge(known, value, schema.Field(name) ?? SchemaNode.Anything);
                    if (!ReferenceEquals(known, merged) || merged is null)
                    {
                        before[name] = merged;
                    }
                }

                return before;
            case (JsonArray before, JsonArray wanted) when schema.Type is SchemaType.List && schema.ListType is not ListType.Atomic:
                return MergeItems(before, wanted, schema);
            default:
                return applied?.DeepClone();
        }
    }

    /// <summary>Applied items take the order in which they were applied; the others stay where they were among them.</summary>
    private static JsonArray MergeItems(JsonArray live, JsonArray applied, SchemaNode schema)
    {
        var before = live.Select(item => PathElement.Item(schema, item) ?? "").ToList();
        var wanted = applied.Select(item => PathElement.Item(schema, item) ?? "").ToList();
        var known = new HashSet<string>(before, StringComparer.Ordinal);
        var asked = new HashSet<string>(wanted, StringComparer.Ordinal);
        var shared = new Queue<string>(wanted.Where(known.Contains));
        var next = shared.TryDequeue(out var first) ? first : null;
        var done = new HashSet<string>(StringComparer.Ordinal);
        var merged = new List<JsonNode?>();

        void Take(int at)
        {
            done.Add(wanted[at]);
            var index = before.IndexOf(wanted[at]);
            merged.Add(Merge(index >= 0 ? live[index]?.DeepClone() : null, applied[at], schema.Element!));
        }

        for (int left = 0, right = 0; left < before.Count || right < wanted.Count;)
        {
            if (left < before.Count && right < wanted.Count)
            {
                if (before[left] == wanted[right])
                {
                    Take(right);
                    left++;
                    right++;
                    next = shared.TryDequeue(out var following) ? following : null;
                    continue;
                }

                if (asked.Contains(before[left]) && next is not null && next != before[left])
                {
                    left++;
                    continue;
                }
            }

            if (left < before.Count)
            {
                if (!asked.Contains(before[left]))
                {
                    merged.Add(live[left]?.DeepClone());
                    left++;
                    continue;
                }

                if (done.Contains(before[left]))
                {
                    left++;
                }
            }

            if (right < wanted.Count)
            {
                Take(right);
                if (next == wanted[right])
                {
                    next = shared.TryDequeue(out var following) ? following : null;
                }

                right++;
            }
        }

        return [.. merged];
    }

    /// <summary>Takes the paths of a set out of a value, which is changed; what becomes empty by it goes as well.</summary>
    public static JsonNode? Remove(JsonNode? value, FieldSet unwanted, SchemaNode schema)
    {
        switch (value)
        {
            case JsonObject map:
                foreach (var (element, part) in unwanted.Children)
                {
                    var name = element[2..];
                    if (element[0] != 'f' || !map.TryGetPropertyValue(name, out var field))
                    {
                        continue;
                    }

                    if (part.Member || Remove(field, part, schema.Field(name) ?? SchemaNode.Anything) is null)
                    {
                        map.Remove(name);
                    }
                }

                return map.Count == 0 && unwanted.Children.Count > 0 ? null : map;
            case JsonArray list:
                for (var at = list.Count - 1; at >= 0; at--)
                {
                    if (PathElement.Item(schema, list[at]) is { } element && unwanted.Child(element) is { } part
                        && (part.Member || Remove(list[at], part, schema.Element ?? SchemaNode.Anything) is null))
                    {
                        list.RemoveAt(at);
                    }
                }

                return list.Count == 0 && unwanted.Children.Count > 0 ? null : list;
            default:
                return value;
        }
    }
}
