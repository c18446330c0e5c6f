using System.Text.Json.Nodes;
using Emulator.Schema.Model;
using Emulator.Storage;

namespace Emulator.Schema.Patches;

/// <summary>Kubernetes' strategic merge patch: a merge patch that knows the keys of lists and takes directives.</summary>
internal static class StrategicMergePatch
{
    private const string Directive = "$patch";
    private const string RetainKeys = "$retainKeys";
    private const string OrderPrefix = "$setElementOrder/";
    private const string DeletePrefix = "$deleteFromPrimitiveList/";

    /// <summary>Merges the patch into the object by the schema of its kind; the object and the patch are changed.</summary>
    /// <exception cref="ApiException">
    /// 500 for a directive that is not known and an item without its key: a real server has no better code for them
    /// (k8s.io/apiserver, interpretStrategicMergePatchError). 422 where <c>$retainKeys</c> contradicts the patch.
    /// </exception>
    public static JsonObject Apply(JsonObject target, JsonObject patch, SchemaNode schema)
    {
        if (patch[Directive]?.ToString() is { } directive)
        {
            if (directive is not ("replace" or "delete" or "merge"))
            {
                throw new ApiException(500, "", $"unknown patch type: {directive} in map: {GoValue.Print(patch)}");
            }

            patch.Remove(Directive);
            return directive switch
            {
                "replace" => (JsonObject)patch.DeepClone(),
                "delete" => [],
                _ => Merge(target, patch, schema),
            };
        }

        return Merge(target, patch, schema);
    }

    private static JsonObject Merge(JsonObject target, JsonObject patch, SchemaNode schema)
    {
        RetainOnly(target, patch);
        MergeOrdered(target, patch, schema);
        foreach (var (key, value) in patch.ToList())
        {
            if (key == RetainKeys || key.StartsWith(OrderPrefix, StringComparison.Ordinal))
            {
                continue;
            }

            var deletes = key.StartsWith(DeletePrefix, StringComparison.Ordinal);
            var name = deletes ? key[DeletePrefix.Length..] : key;
            if (value is null)
            {
                target.Remove(name);
                continue;
            }

            var present = target[name];
            if (deletes)
            {
                if (present is JsonArray list && value is JsonArray unwanted)
                {
                    target[name] = new JsonArray([.. list.Where(item => !unwanted.Any(other => JsonNode.DeepEquals(item, other))).Select(item => item?.DeepClone())]);
                }

                continue;
            }

            var field = schema.Field(name) ?? SchemaNode.Anything;
            switch (present, value)
            {
                case (JsonObject before, JsonObject changes) when !field.PatchReplaces:
                    var merged = Apply(before, changes, field);
                    if (!ReferenceEquals(merged, before))
                    {
                        target[name] = merged;
                    }

                    break;
                case (JsonArray before, JsonArray changes) when field.PatchMerges:
                    target[name] = StrategicList.Merge(before, changes, field);
                    break;
                default:
                    target[name] = WithoutDirectives(value);
                    break;
            }
        }

        return target;
    }

    /// <summary>Drops what <c>$retainKeys</c> does not name: the old member of a union makes room for the new one.</summary>
    private static void RetainOnly(JsonObject target, JsonObject patch)
    {
        if (patch[RetainKeys] is not JsonArray retained)
        {
            return;
        }

        var names = retained.Select(item => item?.ToString() ?? "").ToHashSet();
        if (patch.Any(field => field.Key[0] != '$' && field.Value is not null && !names.Contains(field.Key)))
        {
            throw new ApiException(422, "Invalid", "the server rejected our request due to an error in our request");
        }

        foreach (var (name, _) in target.ToList())
        {
            if (!names.Contains(name))
            {
                target.Remove(name);
            }
        }
    }

    /// <summary>Merges the lists for which the patch gives an order, and puts them into it.</summary>
    private static void MergeOrdered(JsonObject target, JsonObject patch, SchemaNode schema)
    {
        foreach (var (key, value) in patch.ToList())
        {
            if (!key.StartsWith(OrderPrefix, StringComparison.Ordinal) || value is not JsonArray order)
            {
                continue;
            }

            var name = key[OrderPrefix.Length..];
            var field = schema.Field(name) ?? SchemaNode.Anything;
            var before = target[name] as JsonArray;
            var changes = patch[name] as JsonArray;
            if (before is null && changes is null)
            {
                continue;
            }

            var merged = before is null ? (JsonArray)WithoutDirectives(changes!)!
                : changes is null ? (JsonArray)before.DeepClone()
                : StrategicList.Merge(before, changes, field);
            target[name] = StrategicList.Order(merged, order, before ?? [], field.PatchMergeKey);
            patch.Remove(name);
            patch.Remove(key);
        }
    }

    /// <summary>A copy of a new value with the directives in it carried out, as there is nothing they could apply to.</summary>
    internal static JsonNode? WithoutDirectives(JsonNode? value) => value switch
    {
        JsonObject map => new JsonObject(map.Where(field => field.Key[0] != '$' && field.Value is not null)
            .Select(field => KeyValuePair.Create(field.Key, WithoutDirectives(field.Value)))),
        JsonArray list => new JsonArray([.. list.Where(item => item is not JsonObject map || map[Directive]?.ToString() is null or "merge").Select(WithoutDirectives)]),
        _ => value?.DeepClone(),
    };
}
