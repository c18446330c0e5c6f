using System.Globalization;
using System.Text;

namespace Emulator.Schema.Cel;

/// <summary>Puts values into a text: <c>'%s has %d'.format([name, count])</c> (cel-go, ext/formatting.go).</summary>
internal static class CelFormatText
{
    private const int DefaultPrecision = 6;

    private const string Superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    public static string Format(string text, List<object?> values)
    {
        var made = new StringBuilder();
        var next = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '%')
            {
                made.Append(text[at]);
            }
            else if (at + 1 < text.Length && text[at + 1] == '%')
            {
                made.Append('%');
                at++;
            }
            else
            {
                var value = next < values.Count ? values[next] : throw new CelException($"index {next} out of range");
                next++;
                at++;
                made.Append(Clause(text, ref at, value));
            }
        }

        return made.ToString();
    }

    /// <summary>A value as <c>%s</c> writes it.</summary>
    public static string Plain(object? value) => value switch
    {
        null => "null",
        List<object?> list => $"[{string.Join(", ", list.Select(Literal))}]",
        ICelMap map => $"{{{string.Join(", ", map.Entries.Select(entry => $"{Literal(entry.Key)}:{Literal(entry.Value)}").Order(StringComparer.Ordinal))}}}",
        byte[] or long or ulong or double or bool or string or TimeSpan or DateTimeOffset or CelTypeName => (string)CelConversions.To("string", value)!,
        _ => throw new CelException(
            "error during formatting: string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps, was given "
                + CelTypeName.Of(value).Name),
    };

    private static string Literal(object? value) => value switch
    {
        string text => GoQuote.Text(text),
        byte[] => "b" + GoQuote.Text(Plain(value)),
        double number => double.IsFinite(number) ? number.ToString($"F{DefaultPrecision}", CultureInfo.InvariantCulture) : GoQuote.Text(Plain(number)),
        TimeSpan => $"duration({GoQuote.Text(Plain(value))})",
        DateTimeOffset => $"timestamp({GoQuote.Text(Plain(value))})",
        _ => Plain(value),
    };

    private static string Clause(string text, ref int at, object? value)
    {
        var precision = DefaultPrecision;
        if (at < text.Length && text[at] == '.')
        {
            var start = ++at;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
            {
                at++;
            }

            if (at == text.Length)
            {
                throw Wrong("could not find end of precision specifier");
            }

            if (!int.TryParse(text.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture, out precision))
            {
                throw Wrong($"error while converting precision to integer: strconv.Atoi: parsing {GoQuote.Text(text[start..at])}: invalid syntax");
            }
        }

        if (at >= text.Length)
        {
            throw new CelException("unexpected end of string");
        }

        return text[at] switch
        {
            's' => Plain(value),
            'd' => value is long or ulong ? Plain(value) : throw Unfit("decimal clause can only be used on integers", value),
            'f' => Fixed(value, precision, "fixed-point clause can only be used on doubles"),
            'e' => Scientific(value, precision),
            'b' => value switch
            {
                long whole => Signed(whole, 2),
                ulong whole => whole.ToString("b", CultureInfo.InvariantCulture),
                bool truth => truth ? "1" : "0",
                _ => throw Unfit("only integers and bools can be formatted as binary", value),
            },
            'o' => value switch
            {
                long whole => Signed(whole, 8),
                ulong whole => Convert.ToString((long)whole, 8),
                _ => throw Unfit("octal clause can only be used on integers", value),
            },
            'x' or 'X' => Hex(value, text[at] == 'X'),
            var other => throw new CelException($"could not parse formatting clause: unrecognized formatting clause \"{other}\""),
        };
    }

    private static string Fixed(object? value, int precision, string why) =>
        value is double number ? double.IsFinite(number) ? number.ToString($"N{precision}", CultureInfo.InvariantCulture) : Special(number)
        : value is "NaN" or "Infinity" or "-Infinity" ? Special(double.Parse((string)value, CultureInfo.InvariantCulture))
        : throw Unfit(why, value);

    /// <summary>As American English writes powers of ten: <c>1.052033 × 10⁰³</c>, with narrow spaces that do not break.</summary>
    private static string Scientific(object? value, int precision)
    {
        if (value is not double number || !double.IsFinite(number))
        {
            return Fixed(value, precision, "scientific clause can only be used on doubles");
        }

        var parts = number.ToString($"e{precision}", CultureInfo.InvariantCulture).Split('e');
        var power = int.Parse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var raised = string.Concat(Math.Abs(power).ToString("00", CultureInfo.InvariantCulture).Select(digit => Superscripts[digit - '0']));
        return $"{parts[0]}\u202f×\u202f10{(power < 0 ? "⁻" : "")}{raised}";
    }

    private static string Special(double number) => double.IsNaN(number) ? "NaN" : number > 0 ? "∞" : "-∞";

    private static string Signed(long whole, int radix) =>
        whole < 0 ? "-" + Convert.ToString(-whole, radix) : Convert.ToString(whole, radix);

    private static string Hex(object? value, bool isUpper)
    {
        var text = value switch
        {
            string words => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(words)),
            byte[] bytes => Convert.ToHexStringLower(bytes),
            long whole => Signed(whole, 16),
            ulong whole => whole.ToString("x", CultureInfo.InvariantCulture),
            _ => throw Unfit("only integers, byte buffers, and strings can be formatted as hex", value),
        };
        return isUpper ? text.ToUpperInvariant() : text;
    }

    private static CelException Wrong(string why) => new($"could not parse formatting clause: error while parsing precision: {why}");

    private static CelException Unfit(string why, object? value) => new($"error during formatting: {why}, was given {CelTypeName.Of(value).Name}");
}
