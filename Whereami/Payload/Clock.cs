using System.Globalization;
using System.Text;

namespace Whereami.Payload;

/// <summary>The local time in seconds, <c>2022-04-28T05:36:20</c>, formatted once a second.</summary>
internal sealed class Clock(TimeProvider time, TimeZoneInfo? zone)
{
    private volatile Reading last = new(0, []);

    public byte[] Now()
    {
        var now = time.GetUtcNow();
        var second = now.UtcTicks / TimeSpan.TicksPerSecond;
        var reading = last;
        if (reading.Second != second)
        {
            var local = TimeZoneInfo.ConvertTime(now, zone ?? time.LocalTimeZone);
            reading = new Reading(second, Encoding.ASCII.GetBytes(local.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture)));
            last = reading;
        }

        return reading.Text;
    }

    private sealed record Reading(long Second, byte[] Text);
}
