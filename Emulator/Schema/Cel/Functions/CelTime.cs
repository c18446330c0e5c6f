using System.Globalization;

namespace Emulator.Schema.Cel;

/// <summary>What can be asked of times and of spans of time.</summary>
internal static class CelTime
{
    private static readonly string[] Forms = ["yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"];

    /// <summary>A time in the form of RFC 3339; null: the text is none.</summary>
    public static DateTimeOffset? Parse(string text) =>
        text.Length > 19 && DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    public static object? Method(string name, object target, List<object?> arguments) => (name, target) switch
    {
        ("getHours", TimeSpan span) => (long)span.TotalHours,
        ("getMinutes", TimeSpan span) => (long)span.TotalMinutes,
        ("getSeconds", TimeSpan span) => (long)span.TotalSeconds,
        ("getMilliseconds", TimeSpan span) => (long)span.TotalMilliseconds,
        (_, DateTimeOffset time) => Part(name, arguments is [string zone] ? In(time, zone) : time.UtcDateTime),
        _ => throw new CelException("no such overload"),
    };

    private static object Part(string name, DateTime time) => name switch
    {
        "getFullYear" => (long)time.Year,
        "getMonth" => time.Month - 1L,
        "getDate" => (long)time.Day,
        "getDayOfMonth" => time.Day - 1L,
        "getDayOfWeek" => (long)time.DayOfWeek,
        "getDayOfYear" => time.DayOfYear - 1L,
        "getHours" => (long)time.Hour,
        "getMinutes" => (long)time.Minute,
        "getSeconds" => (long)time.Second,
        "getMilliseconds" => (long)time.Millisecond,
        _ => throw new CelException("no such overload"),
    };

    /// <param name="zone">A name such as <c>Europe/Berlin</c>, or a distance such as <c>-08:00</c>.</param>
    private static DateTime In(DateTimeOffset time, string zone)
    {
        if (zone.Contains(':'))
        {
            return TimeSpan.TryParseExact(zone.TrimStart('+', '-'), @"hh\:mm", CultureInfo.InvariantCulture, out var distance)
                ? time.UtcDateTime + (zone[0] == '-' ? -distance : distance)
                : throw new CelException($"strconv.Atoi: parsing {GoQuote.Text(zone.Split(':')[0])}: invalid syntax");
        }

        return TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var known)
            ? TimeZoneInfo.ConvertTime(time, known).DateTime
            : throw new CelException($"unknown time zone {zone}");
    }
}
