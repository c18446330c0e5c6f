using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Schema.Patches;

/// <summary>JSON Patch (RFC 6902), refused in the real server's words.</summary>
internal static class JsonPatch
{
    private const int MaxOperations = 10_000;

    /// <summary>Applies the operations to the object, which is changed.</summary>
    /// <exception cref="ApiException">422 when an operation does not fit the object, 413 for too many of them.</exception>
    public static JsonObject Apply(JsonObject target, JsonArray operations)
    {
        if (operations.Count > MaxOperations)
        {
            throw new ApiException(
                413, "RequestEntityTooLarge", $"Request entity too large: The allowed maximum operations in a JSON patch is {MaxOperations}, got {operations.Count}");
        }

        foreach (var operation in operations)
        {
            if (operation is not JsonObject step || !Apply(target, step))
            {
                throw Refused();
            }
        }

        return target;
    }

    /// <summary>Reads the body of a patch.</summary>
    /// <exception cref="ApiException">400 when it is no list of operations.</exception>
    public static JsonArray Parse(JsonNode? body) => body switch
    {
        JsonArray list => CheckItems(list),
        null => [],
        _ => throw ApiErrors.BadRequest($"error decoding patch: json: cannot unmarshal {GoJson.Kind(body)} into Go value of type []handlers.jsonPatchOp"),
    };

    private static JsonArray CheckItems(JsonArray list) =>
        list.FirstOrDefault(item => item is not (null or JsonObject)) is { } wrong
            ? throw ApiErrors.BadRequest($"error decoding patch: json: cannot unmarshal {GoJson.Kind(wrong)} into Go value of type handlers.jsonPatchOp")
            : list;

    private static bool Apply(JsonObject target, JsonObject step)
    {
        if (Text(step, "path") is not { } path || JsonPointer.Resolve(target, path) is not var (parent, key))
        {
            return false;
        }

        return Text(step, "op") switch
        {
            "add" => step.ContainsKey("value") && Add(parent, key, step["value"]),
            "remove" => Remove(parent, key),
            "replace" => JsonPointer.Exists(parent, key) && step.ContainsKey("value") && Replace(parent, key, step["value"]),
            "test" => JsonNode.DeepEquals(JsonPointer.Get(parent, key), step["value"]),
            "move" => Find(target, step) is var (source, name) && Move(target, source, name, path),
            "copy" => Find(target, step) is var (source, name) && Add(parent, key, JsonPointer.Get(source, name)),
            _ => false,
        };
    }

    private static (JsonNode Parent, string Key)? Find(JsonObject target, JsonObject step) =>
        Text(step, "from") is { } from && JsonPointer.Resolve(target, from) is var (parent, key) && JsonPointer.Exists(parent, key) ? (parent, key) : null;

    private static bool Move(JsonObject target, JsonNode source, string name, string path)
    {
        var value = JsonPointer.Get(source, name);
        return Remove(source, name) && JsonPointer.Resolve(target, path) is var (parent, key) && Add(parent, key, value);
    }

    private static bool Add(JsonNode parent, string key, JsonNode? value)
    {
        switch (parent)
        {
            case JsonObject map:
                map[key] = value?.DeepClone();
                return true;
            case JsonArray list when key == "-":
                list.Add(value?.DeepClone());
                return true;
            case JsonArray list when int.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index):
                index = index < 0 ? index + list.Count + 1 : index;
                if (index < 0 || index > list.Count)
                {
                    return false;
                }

                list.Insert(index, value?.DeepClone());
                return true;
            default:
                return false;
        }
    }

    private static bool Replace(JsonNode parent, string key, JsonNode? value)
    {
        if (parent is JsonArray list)
        {
            list[JsonPointer.Index(key, list.Count)!.Value] = value?.DeepClone();
        }
        else
        {
            parent[key] = value?.DeepClone();
        }

        return true;
    }

    private static bool Remove(JsonNode parent, string key)
    {
        switch (parent)
        {
            case JsonObject map:
                return map.Remove(key);
            case JsonArray list when JsonPointer.Index(key, list.Count) is { } index:
                list.RemoveAt(index);
                return true;
            default:
                return false;
        }
    }

    private static string? Text(JsonObject step, string name) =>
        step[name] is JsonValue value && value.GetValueKind() is JsonValueKind.String ? value.GetValue<string>() : null;

    private static ApiException Refused() => new(422, "Invalid", "the server rejected our request due to an error in our request", []);
}
