using System.Text.Json.Nodes;
using Emulator.Schema.Model;
using Emulator.Storage;

namespace Emulator.Schema.Patches;

/// <summary>Lists in a strategic merge patch: matched by key, and kept in an order that both sides agree to.</summary>
internal static class StrategicList
{
    public static JsonArray Merge(JsonArray before, JsonArray patch, SchemaNode schema)
    {
        var merged = patch.Concat(before).Any(item => item is JsonObject) ? MergeObjects(before, patch, schema, out var replaced) : MergeValues(before, patch, out replaced);
        return replaced ? merged : Order(merged, patch, before, schema.PatchMergeKey);
    }

    /// <summary>Items that <paramref name="wanted"/> names take its order; the others keep theirs among them where <paramref name="before"/> tells it.</summary>
    public static JsonArray Order(JsonArray merged, JsonArray wanted, JsonArray before, string? key)
    {
        var items = merged.ToList();
        var chosen = items.Where(item => Index(wanted, item, key) >= 0).OrderBy(item => Index(wanted, item, key)).ToList();
        var others = items.Where(item => Index(wanted, item, key) < 0).OrderBy(item => Rank(before, item, key)).ToList();
        var ordered = new List<JsonNode?>(items.Count);
        var (left, right) = (0, 0);
        while (left < others.Count || right < chosen.Count)
        {
            var takeOther = right >= chosen.Count
                || left < others.Count && Index(before, others[left], key) is >= 0 and var mine && Index(before, chosen[right], key) is var theirs && theirs > mine;
            ordered.Add(takeOther ? others[left++] : chosen[right++]);
        }

        merged.Clear();
        return new JsonArray([.. ordered]);
    }

    private static JsonArray MergeValues(JsonArray before, JsonArray patch, out bool replaced)
    {
        replaced = false;
        var merged = new List<JsonNode?>();
        foreach (var item in before.Concat(patch))
        {
            if (!merged.Any(other => JsonNode.DeepEquals(other, item)))
            {
                merged.Add(item?.DeepClone());
            }
        }

        return [.. merged];
    }

    private static JsonArray MergeObjects(JsonArray before, JsonArray patch, SchemaNode schema, out bool replaced)
    {
        var key = schema.PatchMergeKey ?? throw ApiErrors.BadRequest("cannot merge lists without merge key for the type");
        replaced = patch.Any(item => Directive(item) == "replace");
        if (replaced)
        {
            return [.. patch.Where(item => Directive(item) is null).Select(StrategicMergePatch.WithoutDirectives)];
        }

        var merged = before.Select(item => item?.DeepClone()).ToList();
        foreach (var item in patch)
        {
            var change = item as JsonObject ?? throw ApiErrors.BadRequest("expected an object in the list of the patch");
            var id = change[key] ?? throw new ApiException(500, "", $"map: {GoValue.Print(change)} does not contain declared merge key: {key}");
            var at = merged.FindIndex(other => other is JsonObject map && JsonNode.DeepEquals(map[key], id));
            if (Directive(change) == "delete")
            {
                merged.RemoveAll(other => other is JsonObject map && JsonNode.DeepEquals(map[key], id));
            }
            else if (at >= 0)
            {
                merged[at] = StrategicMergePatch.Apply((JsonObject)merged[at]!, change, schema.Element ?? SchemaNode.Anything);
            }
            else
            {
                merged.Add(StrategicMergePatch.WithoutDirectives(change));
            }
        }

        return [.. merged];
    }

    private static string? Directive(JsonNode? item) => item is JsonObject map ? map["$patch"]?.ToString() : null;

    private static int Rank(JsonArray list, JsonNode? item, string? key) => Index(list, item, key) is >= 0 and var at ? at : int.MaxValue;

    private static int Index(JsonArray list, JsonNode? item, string? key)
    {
        for (var at = 0; at < list.Count; at++)
        {
            if (item is JsonObject map && key is not null && list[at] is JsonObject other ? JsonNode.DeepEquals(map[key], other[key]) : JsonNode.DeepEquals(item, list[at]))
            {
                return at;
            }
        }

        return -1;
    }
}
