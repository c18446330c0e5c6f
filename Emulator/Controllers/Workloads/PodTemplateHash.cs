using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>Tells pod templates apart by a short name part.</summary>
internal static class PodTemplateHash
{
    public const string Label = "pod-template-hash";

    private const string Letters = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>FNV-1a of the template, written in the letters that Kubernetes generates names from (util/rand, SafeEncodeString).</summary>
    public static string Compute(JsonNode template, long? collisions)
    {
        var hash = 2166136261u;
        foreach (var part in JsonSerializer.SerializeToUtf8Bytes(template, StoreJson.Options))
        {
            hash = (hash ^ part) * 16777619u;
        }

        foreach (var part in Encoding.ASCII.GetBytes(collisions?.ToString(CultureInfo.InvariantCulture) ?? ""))
        {
            hash = (hash ^ part) * 16777619u;
        }

        return string.Concat(hash.ToString("D8", CultureInfo.InvariantCulture).Select(digit => Letters[digit % Letters.Length]));
    }

    /// <summary>Whether two pod templates are the same but for the hash label that a controller adds.</summary>
    public static bool SameTemplate(JsonNode? one, JsonNode? other) => JsonNode.DeepEquals(Comparable(one), Comparable(other));

    private static JsonNode? Comparable(JsonNode? template)
    {
        var copy = template?.DeepClone();
        if (copy?["metadata"] is JsonObject metadata)
        {
            // kubectl's rollout undo writes creationTimestamp: null.
            metadata.Remove("creationTimestamp");
            (metadata["labels"] as JsonObject)?.Remove(Label);
        }

        return copy;
    }
}
