using System.Globalization;

namespace GoogleEmulator.Http;

/// <summary>Points of time as Google's APIs write them.</summary>
internal static class Timestamps
{
    /// <summary><c>2026-11-25T18:00:00.123456700Z</c></summary>
    public static string Nanoseconds(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z'", CultureInfo.InvariantCulture);

    /// <summary><c>2026-11-25T18:00:00+00:00</c>, as Kubernetes Engine does.</summary>
    public static string Seconds(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'+00:00'", CultureInfo.InvariantCulture);

    /// <summary><c>2026-11-25T18:00:00.123+00:00</c>, as Compute Engine does.</summary>
    public static string Milliseconds(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'+00:00'", CultureInfo.InvariantCulture);
}
