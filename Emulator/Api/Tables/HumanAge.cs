using System.Globalization;
using System.Text.Json.Nodes;

namespace Emulator.Api.Tables;

/// <summary>Ages as kubectl shows them (k8s.io/apimachinery/pkg/util/duration).</summary>
internal static class HumanAge
{
    public static string Since(JsonNode? timestamp, DateTimeOffset now) =>
        timestamp is JsonValue value && value.TryGetValue<string>(out var text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var when)
            ? Of(now - when)
            : "<unknown>";

    public static string Of(TimeSpan age)
    {
        var seconds = (long)age.TotalSeconds;
        if (seconds < -1)
        {
            return "<invalid>";
        }

        if (seconds < 0)
        {
            return "0s";
        }

        if (seconds < 120)
        {
            return $"{seconds}s";
        }

        var minutes = seconds / 60;
        if (minutes < 10)
        {
            return seconds % 60 == 0 ? $"{minutes}m" : $"{minutes}m{seconds % 60}s";
        }

        if (minutes < 180)
        {
            return $"{minutes}m";
        }

        var hours = minutes / 60;
        if (hours < 8)
        {
            return minutes % 60 == 0 ? $"{hours}h" : $"{hours}h{minutes % 60}m";
        }

        if (hours < 48)
        {
            return $"{hours}h";
        }

        var days = hours / 24;
        if (hours < 192)
        {
            return hours % 24 == 0 ? $"{days}d" : $"{days}d{hours % 24}h";
        }

        return days < 365 * 2 ? $"{days}d"
            : days < 365 * 8 ? days % 365 == 0 ? $"{days / 365}y" : $"{days / 365}y{days % 365}d"
            : $"{days / 365}y";
    }
}
