using System.Text.Json;
using System.Text.Json.Nodes;

namespace Emulator.Schema.Cel;

/// <summary>Values as expressions see them: null, bool, long, double, string, TimeSpan, DateTimeOffset, Uri, JSON objects, and lists.</summary>
internal static class CelValues
{
    public static object? From(JsonNode? node) => node switch
    {
        null => null,
        JsonObject map => map,
        JsonArray list => list.Select(From).ToList(),
        _ => node.GetValueKind() switch
        {
            JsonValueKind.String => node.GetValue<string>(),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => long.TryParse(node.ToJsonString(), out var whole) ? whole : double.Parse(node.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture),
        },
    };

    public static bool AreEqual(object? left, object? right) => (left, right) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        (long whole, double number) => whole == number,
        (double number, long whole) => whole == number,
        (JsonNode one, JsonNode other) => JsonNode.DeepEquals(one, other),
        (List<object?> one, List<object?> other) => one.Count == other.Count && one.Zip(other).All(pair => AreEqual(pair.First, pair.Second)),
        _ => left.Equals(right),
    };

    public static int Compare(object? left, object? right) => (left, right) switch
    {
        (long one, long other) => one.CompareTo(other),
        (double or long, double or long) => System.Convert.ToDouble(left, null).CompareTo(System.Convert.ToDouble(right, null)),
        (string one, string other) => string.CompareOrdinal(one, other),
        (bool one, bool other) => one.CompareTo(other),
        (TimeSpan one, TimeSpan other) => one.CompareTo(other),
        (DateTimeOffset one, DateTimeOffset other) => one.CompareTo(other),
        _ => throw new CelException("no such overload"),
    };

    public static bool Truth(object? value) => value is bool truth ? truth : throw new CelException("no such overload");

    /// <summary>What a macro goes through: a list's items, a map's keys.</summary>
    public static IEnumerable<object?> Items(object? value) => value switch
    {
        List<object?> list => list,
        JsonObject map => map.Select(entry => (object?)entry.Key),
        _ => throw new CelException("no such overload"),
    };
}
