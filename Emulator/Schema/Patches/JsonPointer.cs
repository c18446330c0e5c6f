using System.Globalization;
using System.Text.Json.Nodes;

namespace Emulator.Schema.Patches;

/// <summary>Paths of RFC 6901 within a document, with the negative indices that the real server's library takes.</summary>
internal static class JsonPointer
{
    /// <summary>The node that holds the last segment, and that segment; null when the path leads nowhere.</summary>
    public static (JsonNode Parent, string Key)? Resolve(JsonNode document, string path)
    {
        if (path.Length == 0 || path[0] != '/')
        {
            return null;
        }

        var segments = path[1..].Split('/');
        var node = document;
        foreach (var segment in segments.AsSpan(0, segments.Length - 1))
        {
            if (Get(node, Unescape(segment)) is not { } next)
            {
                return null;
            }

            node = next;
        }

        return (node, Unescape(segments[^1]));
    }

    public static bool Exists(JsonNode parent, string key) => parent switch
    {
        JsonObject map => map.ContainsKey(key),
        JsonArray list => Index(key, list.Count) is not null,
        _ => false,
    };

    public static JsonNode? Get(JsonNode parent, string key) => parent switch
    {
        JsonObject map => map[key],
        JsonArray list when Index(key, list.Count) is { } index => list[index],
        _ => null,
    };

    public static int? Index(string key, int count)
    {
        if (!int.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
        {
            return null;
        }

        index = index < 0 ? index + count : index;
        return index >= 0 && index < count ? index : null;
    }

    private static string Unescape(string segment) => segment.Contains('~') ? segment.Replace("~1", "/").Replace("~0", "~") : segment;
}
