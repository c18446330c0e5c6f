using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.Conversion;

/// <summary>Numbers, durations and maps as Istio's resources write them.</summary>
internal static class JsonNumbers
{
    public static double? Number(this JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<double>(out var number) ? number : node.AsLong();

    public static IEnumerable<string> Texts(this JsonNode? node) =>
        node is JsonArray array ? array.Select(item => item.Text()).OfType<string>() : [];

    /// <summary>A map of strings; empty when there is none.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Map(this JsonNode? node) =>
        node is JsonObject map ? map.Select(item => KeyValuePair.Create(item.Key, item.Value.Text() ?? "")) : [];

    /// <summary>A duration in Go's notation, such as <c>1h30m</c>, <c>1.5s</c> or <c>300ms</c>; null when it is none.</summary>
    public static TimeSpan? Duration(this JsonNode? node)
    {
        if (node.Text() is not { Length: > 0 } text)
        {
            return null;
        }

        var total = TimeSpan.Zero;
        var position = 0;
        while (position < text.Length)
        {
            var start = position;
            while (position < text.Length && (char.IsAsciiDigit(text[position]) || text[position] == '.'))
            {
                position++;
            }

            var number = text.AsSpan(start, position - start);
            var unitStart = position;
            while (position < text.Length && !char.IsAsciiDigit(text[position]) && text[position] != '.')
            {
                position++;
            }

            var seconds = text.AsSpan(unitStart, position - unitStart) switch
            {
                "h" => 3600,
                "m" => 60,
                "s" => 1,
                "ms" => 1e-3,
                "us" or "µs" => 1e-6,
                "ns" => 1e-9,
                _ => double.NaN,
            };
            if (double.IsNaN(seconds) || !double.TryParse(number, System.Globalization.CultureInfo.InvariantCulture, out var amount))
            {
                return null;
            }

            total += TimeSpan.FromSeconds(amount * seconds);
        }

        return total;
    }
}
