using System.Text;
using System.Text.Json.Nodes;
using Emulator.Schema.Model;
using Emulator.Storage;

namespace Emulator.Schema.Ownership;

/// <summary>Writes path elements in the notation of FieldsV1.</summary>
internal static class PathElement
{
    public static string Field(string name) => "f:" + name;

    /// <summary>The element of a list item: its keys, or its value in a set; null when it has none of its keys.</summary>
    public static string? Item(SchemaNode list, JsonNode? item)
    {
        if (list.ListType is ListType.Set)
        {
            return "v:" + Text(item);
        }

        if (item is not JsonObject map)
        {
            return null;
        }

        // One key is the usual case; several are sorted by name, as in k:{"containerPort":80,"protocol":"TCP"}.
        if (list.ListKeys.Count == 1)
        {
            var key = list.ListKeys[0];
            return Value(list, map, key) is { } only ? $"k:{{\"{key}\":{Text(only)}}}" : null;
        }

        var text = new StringBuilder("k:{");
        foreach (var key in list.ListKeys.Order(StringComparer.Ordinal))
        {
            if (Value(list, map, key) is { } value)
            {
                text.Append(text.Length > 3 ? ",\"" : "\"").Append(key).Append("\":").Append(Text(value));
            }
        }

        return text.Length > 3 ? text.Append('}').ToString() : null;
    }

    /// <summary>As errors write it: <c>.name</c>, <c>[name="a"]</c>, <c>[="a"]</c>, <c>[0]</c>.</summary>
    public static string Display(string element)
    {
        var body = element[2..];
        return element[0] switch
        {
            'f' => "." + body,
            'k' when JsonNode.Parse(body) is JsonObject keys => $"[{string.Join(',', keys.Select(key => $"{key.Key}={Text(key.Value)}"))}]",
            'v' => $"[={body}]",
            _ => $"[{body}]",
        };
    }

    private static JsonNode? Value(SchemaNode list, JsonObject item, string key) => item[key] ?? list.Element?.Field(key)?.Default;

    private static string Text(JsonNode? value) =>
        value is JsonValue scalar && scalar.TryGetValue<string>(out var text) && IsPlain(text) ? $"\"{text}\""
        : value is null ? "null"
        : value.ToJsonString(StoreJson.Options);

    private static bool IsPlain(string text)
    {
        foreach (var character in text)
        {
            if (character is < ' ' or '"' or '\\' or > '~' or '<' or '>' or '&')
            {
                return false;
            }
        }

        return true;
    }
}
