using System.Globalization;
using System.Net;
using System.Text;

namespace Emulator.Schema.Cel;

/// <summary>What makes a value of one type from one of another.</summary>
internal static class CelConversions
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public static object? To(string type, object? value) => (type, value) switch
    {
        ("int", long) or ("uint", ulong) or ("double", double) or ("string", string) or ("bool", bool) or ("bytes", byte[]) or ("duration", TimeSpan)
            or ("timestamp", DateTimeOffset) => value,
        ("int", double number) => double.IsNaN(number) || number is <= long.MinValue or >= long.MaxValue ? throw new CelException("integer overflow") : (long)number,
        ("int", ulong whole) => whole > long.MaxValue ? throw new CelException("integer overflow") : (long)whole,
        ("int", string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : throw Wrong("int"),
        ("int", DateTimeOffset time) => time.ToUnixTimeSeconds(),
        ("uint", long whole) => whole < 0 ? throw new CelException("unsigned integer overflow") : (ulong)whole,
        ("uint", double number) => number is < 0 or >= ulong.MaxValue || double.IsNaN(number) ? throw new CelException("unsigned integer overflow") : (ulong)number,
        ("uint", string text) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var whole) ? whole : throw Wrong("uint"),
        ("double", long whole) => (double)whole,
        ("double", ulong whole) => (double)whole,
        ("double", string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong("double"),
        ("bool", string text) => text switch
        {
            "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
            "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
            _ => throw Wrong("bool"),
        },
        ("bytes", string text) => Encoding.UTF8.GetBytes(text),
        ("duration", string text) => CelDuration.TryParse(text, out var span) ? span : throw Wrong("google.protobuf.Duration"),
        ("timestamp", string text) => CelTime.Parse(text) ?? throw Wrong("google.protobuf.Timestamp"),
        ("timestamp", long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds),
        ("string", byte[] bytes) => FromBytes(bytes),
        ("string", _) => Text(value) ?? throw new CelException("no such overload"),
        _ => throw new CelException("no such overload"),
    };

    /// <summary>The text that <c>string</c> makes of a value; null: of this type there is none.</summary>
    public static string? Text(object? value) => value switch
    {
        string text => text,
        bool truth => truth ? "true" : "false",
        long or ulong => Convert.ToString(value, CultureInfo.InvariantCulture),
        double number => double.IsPositiveInfinity(number) ? "+Inf" : double.IsNegativeInfinity(number) ? "-Inf" : number.ToString("R", CultureInfo.InvariantCulture),
        TimeSpan span => Seconds(span),
        DateTimeOffset time => CelTime.Text(time),
        IPAddress or CelCidr => value.ToString(),
        CelTypeName type => type.Name,
        _ => null,
    };

    private static string Seconds(TimeSpan span) => ((decimal)span.Ticks / TimeSpan.TicksPerSecond).ToString("0.#######", CultureInfo.InvariantCulture) + "s";

    private static string FromBytes(byte[] bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new CelException("invalid UTF-8 in bytes, cannot convert to string");
        }
    }

    private static CelException Wrong(string type) => new($"type conversion error from 'string' to '{type}'");
}
