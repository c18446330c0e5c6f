using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Emulator.Schema;

/// <summary>Prints JSON as Go's <c>%v</c> prints decoded JSON: <c>map[a:1 b:[x y]]</c>.</summary>
internal static class GoValue
{
    public static string Print(JsonNode? node)
    {
        var text = new StringBuilder();
        Print(node, text);
        return text.ToString();
    }

    private static void Print(JsonNode? node, StringBuilder text)
    {
        switch (node)
        {
            case null:
                text.Append("<nil>");
                break;
            case JsonObject map:
                text.Append("map[");
                var first = true;
                foreach (var (key, value) in map.OrderBy(field => field.Key, StringComparer.Ordinal))
                {
                    text.Append(first ? "" : " ").Append(key).Append(':');
                    Print(value, text);
                    first = false;
                }

                text.Append(']');
                break;
            case JsonArray list:
                text.Append('[');
                for (var at = 0; at < list.Count; at++)
                {
                    text.Append(at == 0 ? "" : " ");
                    Print(list[at], text);
                }

                text.Append(']');
                break;
            default:
                text.Append(node.GetValueKind() is JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString());
                break;
        }
    }
}
