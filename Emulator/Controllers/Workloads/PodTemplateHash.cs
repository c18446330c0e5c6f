using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Emulator.Schema.Protobuf;

namespace Emulator.Controllers;

/// <summary>Tells pod templates apart by a short name part.</summary>
internal static class PodTemplateHash
{
    public const string Label = "pod-template-hash";

    private const string Letters = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>FNV-1a of the template as Go prints it, in the letters that Kubernetes generates names from (k8s.io/kubernetes, controller.ComputeHash).</summary>
    public static string Compute(JsonNode template, long? collisions)
    {
        var hash = 2166136261u;
        void Add(ReadOnlySpan<byte> bytes)
        {
            foreach (var part in bytes)
            {
                hash = (hash ^ part) * 16777619u;
            }
        }

        Add(Encoding.UTF8.GetBytes(GoSyntax.Write("core.PodTemplateSpec", template)));
        if (collisions is { } count)
        {
            Span<byte> bytes = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, count);
            Add(bytes);
        }

        return string.Concat(hash.ToString(CultureInfo.InvariantCulture).Select(digit => Letters[digit % Letters.Length]));
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
