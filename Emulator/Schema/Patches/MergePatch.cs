using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Schema.Patches;

/// <summary>JSON Merge Patch (RFC 7386).</summary>
internal static class MergePatch
{
    /// <summary>Merges the patch into the object, which is changed.</summary>
    public static JsonObject Apply(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            switch (value)
            {
                case null:
                    target.Remove(name);
                    break;
                case JsonObject changes when target[name] is JsonObject present:
                    Apply(present, changes);
                    break;
                case JsonObject changes:
                    target[name] = Apply([], changes);
                    break;
                default:
                    target[name] = value.DeepClone();
                    break;
            }
        }

        return target;
    }

    /// <summary>Reads the body of a merge or strategic merge patch.</summary>
    /// <exception cref="ApiException">400 when it is no object.</exception>
    public static JsonObject Parse(JsonNode? body) => body as JsonObject
        ?? throw ApiErrors.BadRequest($"error decoding patch: json: cannot unmarshal {GoJson.Kind(body)} into Go value of type map[string]interface {{}}");
}
