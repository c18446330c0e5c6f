using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Emulator.Schema.Cel;

/// <summary>Values as expressions see them: null, bool, long, ulong, double, string, bytes, TimeSpan, DateTimeOffset, maps, lists, and those of Kubernetes' libraries.</summary>
internal static class CelValues
{
    public static object? From(JsonNode? node) => From(node, CelType.Any);

    /// <summary>A JSON value as its schema types it: a text may be a time, a span of time or bytes.</summary>
    public static object? From(JsonNode? node, CelType type) => node switch
    {
        null => null,
        JsonObject map => new CelObject(map, type),
        JsonArray list => List(list, type),
        _ => node.GetValueKind() switch
        {
            JsonValueKind.String => Text(node.GetValue<string>(), type),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => Number(node.ToJsonString(), type),
        },
    };

    public static bool AreEqual(object? left, object? right) => (left, right) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        (long or ulong or double, long or ulong or double) => Compare(left, right) == 0,
        (byte[] one, byte[] other) => one.AsSpan().SequenceEqual(other),
        (ICelMap one, ICelMap other) => one.Count == other.Count && one.Entries.All(entry => other.TryGet(entry.Key, out var value) && AreEqual(entry.Value, value)),
        (CelList one, List<object?> other) => one.SameAs(other),
        (List<object?> one, CelList other) => other.SameAs(one),
        (List<object?> one, List<object?> other) => one.Count == other.Count && one.Zip(other).All(pair => AreEqual(pair.First, pair.Second)),
        (CelOptional one, CelOptional other) => one.HasValue == other.HasValue && AreEqual(one.Value, other.Value),
        _ => left.Equals(right),
    };

    public static int Compare(object? left, object? right) => (left, right) switch
    {
        (long one, long other) => one.CompareTo(other),
        (ulong one, ulong other) => one.CompareTo(other),
        (long one, ulong other) => one < 0 ? -1 : ((ulong)one).CompareTo(other),
        (ulong one, long other) => other < 0 ? 1 : one.CompareTo((ulong)other),
        (double or long or ulong, double or long or ulong) => Convert.ToDouble(left, CultureInfo.InvariantCulture).CompareTo(Convert.ToDouble(right, CultureInfo.InvariantCulture)),
        (string one, string other) => string.CompareOrdinal(one, other),
        (bool one, bool other) => one.CompareTo(other),
        (byte[] one, byte[] other) => one.AsSpan().SequenceCompareTo(other),
        (TimeSpan one, TimeSpan other) => one.CompareTo(other),
        (DateTimeOffset one, DateTimeOffset other) => one.CompareTo(other),
        _ => throw new CelException("no such overload"),
    };

    public static bool Truth(object? value) => value is bool truth ? truth : throw new CelException("no such overload");

    /// <summary>What a macro goes through: a list's items, a map's keys.</summary>
    public static IEnumerable<object?> Items(object? value) => value switch
    {
        List<object?> list => list,
        ICelMap map => map.Entries.Select(entry => (object?)entry.Key),
        _ => throw new CelException("no such overload"),
    };

    private static List<object?> List(JsonArray list, CelType type)
    {
        var sequence = type as CelType.Sequence;
        var items = list.Select(item => From(item, sequence?.Item ?? CelType.Any));
        return sequence?.Keys is { } keys ? new CelList(items, keys) : items.ToList();
    }

    private static object Text(string text, CelType type)
    {
        if (type == CelType.Bytes)
        {
            var bytes = new byte[text.Length];
            return Convert.TryFromBase64String(text, bytes, out var count) ? bytes[..count] : text;
        }

        return type == CelType.Span && CelDuration.TryParse(text, out var span) ? span
            : type == CelType.Time && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
            : text;
    }

    private static object Number(string text, CelType type) =>
        type != CelType.Number && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
            ? (object)whole
            : double.Parse(text, CultureInfo.InvariantCulture);
}
