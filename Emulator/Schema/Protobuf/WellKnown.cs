using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Emulator.Schema.Protobuf;

/// <summary>Messages whose JSON form is not an object of their fields.</summary>
internal static class WellKnown
{
    /// <summary>The value of a message of one of the types that <see cref="MessageField"/> marks with a letter; null when it is empty.</summary>
    public static JsonNode? Read(char type, ReadOnlySpan<byte> body)
    {
        long first = 0;
        long second = 0;
        var texts = new List<string>();
        var reader = new WireReader(body);
        while (!reader.AtEnd)
        {
            var (number, wire) = reader.Tag();
            switch (wire)
            {
                case 0 when number == 1:
                    first = (long)reader.Varint();
                    break;
                case 0:
                    second = (long)reader.Varint();
                    break;
                case 2:
                    texts.Add(Encoding.UTF8.GetString(reader.Bytes()));
                    break;
                default:
                    reader.Skip(wire);
                    break;
            }
        }

        return type switch
        {
            't' => Time(first, 0, "yyyy-MM-ddTHH:mm:ssZ"),
            'm' => Time(first, second, "yyyy-MM-ddTHH:mm:ss.ffffffZ"),
            'q' => texts.Count > 0 ? texts[0] : "0",
            'p' => first == 0 ? JsonValue.Create(second) : JsonValue.Create(texts.Count > 0 ? texts[^1] : ""),
            'x' => new JsonArray([.. texts.Select(text => JsonValue.Create(text))]),
            'r' or 'f' => Raw(texts),
            _ => throw new InvalidOperationException($"no message type is marked {type}"),
        };
    }

    private static JsonNode? Raw(List<string> texts)
    {
        try
        {
            return texts.Count > 0 ? JsonNode.Parse(texts[0]) : null;
        }
        catch (JsonException fault)
        {
            throw new FormatException(fault.Message);
        }
    }

    private static JsonNode? Time(long seconds, long nanoseconds, string format) =>
        seconds is < -62135596800 or > 253402300799 ? throw new FormatException($"time {seconds} is out of range")
        : seconds == -62135596800 || seconds == 0 && nanoseconds == 0 ? null
        : DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanoseconds / 100).UtcDateTime.ToString(format, CultureInfo.InvariantCulture);
}
