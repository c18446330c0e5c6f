using System.Text.Json;
using System.Text.Json.Nodes;

namespace Emulator.Api.Resources;

/// <summary>Reads JSON as Go does: of fields that come twice the last one counts, and numbers are integers or doubles.</summary>
internal static class JsonReader
{
    private const int MaxDepth = 200;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };

    public static JsonNode? Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, Options);
        reader.Read();
        var node = Value(ref reader);
        while (reader.Read())
        {
        }

        return node;
    }

    private static JsonNode? Value(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var node = new JsonObject();
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var name = Text(ref reader);
                    reader.Read();
                    node[name] = Value(ref reader);
                }

                return node;
            case JsonTokenType.StartArray:
                var list = new JsonArray();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    list.Add(Value(ref reader));
                }

                return list;
            case JsonTokenType.String:
                return JsonValue.Create(Text(ref reader));
            case JsonTokenType.Number:
                return reader.TryGetInt64(out var number) ? JsonValue.Create(number) : JsonValue.Create(reader.GetDouble());
            case JsonTokenType.True:
                return JsonValue.Create(true);
            case JsonTokenType.False:
                return JsonValue.Create(false);
            default:
                return null;
        }
    }

    private static string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Go replaces what is not UTF-8; a lone surrogate or a stray byte must not end the request.
            return System.Text.Encoding.UTF8.GetString(reader.HasValueSequence ? [] : reader.ValueSpan);
        }
    }
}
