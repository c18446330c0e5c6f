using System.Text.Json;
using System.Text.Json.Nodes;

namespace Emulator.Schema.Decoding;

/// <summary>Finds fields that a JSON body has twice; the decoded object cannot show them.</summary>
internal static class DuplicateFields
{
    public static List<string> Find(ReadOnlySpan<byte> body, JsonObject decoded)
    {
        var found = new List<string>();
        if (body.IsEmpty || Fields(body) == Count(decoded))
        {
            return found;
        }

        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 256 });
        if (reader.Read() && reader.TokenType is JsonTokenType.StartObject)
        {
            Walk(ref reader, new FieldPath(), found);
        }

        return found;
    }

    private static void Walk(ref Utf8JsonReader reader, FieldPath path, List<string> found)
    {
        if (reader.TokenType is JsonTokenType.StartArray)
        {
            for (var at = 0; reader.Read() && reader.TokenType is not JsonTokenType.EndArray; at++)
            {
                path.Push(at);
                Walk(ref reader, path, found);
                path.Pop();
            }
        }
        else if (reader.TokenType is JsonTokenType.StartObject)
        {
            var names = new HashSet<string>(StringComparer.Ordinal);
            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                path.Push(name);
                if (!names.Add(name) && !found.Contains(path.ToString()))
                {
                    found.Add(path.ToString());
                }

                reader.Read();
                Walk(ref reader, path, found);
                path.Pop();
            }
        }
    }

    private static int Fields(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 256 });
        var count = 0;
        while (reader.Read())
        {
            count += reader.TokenType is JsonTokenType.PropertyName ? 1 : 0;
        }

        return count;
    }

    private static int Count(JsonNode? node) => node switch
    {
        JsonObject map => map.Count + map.Sum(field => Count(field.Value)),
        JsonArray list => list.Sum(Count),
        _ => 0,
    };
}
