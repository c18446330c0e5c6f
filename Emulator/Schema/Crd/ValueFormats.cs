using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Emulator.Schema.Crd;

/// <summary>The formats of texts that schemas can ask for.</summary>
internal static class ValueFormats
{
    public static bool Fits(string format, string text) => format switch
    {
        "date-time" or "datetime" => text.Contains('T') && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _),
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "duration" => Cel.CelDuration.TryParse(text, out _),
        "ipv4" => IPAddress.TryParse(text, out var four) && four.AddressFamily is AddressFamily.InterNetwork && text.Count(character => character == '.') == 3,
        "ipv6" => IPAddress.TryParse(text, out var six) && six.AddressFamily is AddressFamily.InterNetworkV6,
        "cidr" => IPNetwork.TryParse(text, out _),
        "uri" => Uri.TryCreate(text, UriKind.Absolute, out _),
        "uuid" => Guid.TryParseExact(text, "D", out _),
        "email" => text.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at < text.Length - 1,
        "hostname" => Validation.Names.Subdomain(text.ToLowerInvariant()) is null,
        "byte" => Convert.TryFromBase64String(text, new byte[text.Length], out _),
        _ => true,
    };
}
