using System.Globalization;

namespace Forwarding;

/// <summary>Durations as text; nearly all are short, so their texts are kept.</summary>
public static class Milliseconds
{
    private static readonly string[] Short = [.. Enumerable.Range(0, 256).Select(value => value.ToString(CultureInfo.InvariantCulture))];

    public static string Text(long value) => value is >= 0 and < 256 ? Short[value] : value.ToString(CultureInfo.InvariantCulture);
}
