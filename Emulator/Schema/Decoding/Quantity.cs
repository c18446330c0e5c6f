using System.Globalization;
using System.Numerics;

namespace Emulator.Schema.Decoding;

/// <summary>Amounts of resources in their canonical form: <c>0.5</c> is <c>500m</c>, <c>1024Mi</c> is <c>1Gi</c>.</summary>
internal static class Quantity
{
    private const string Wrong = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

    private static readonly string[] Decimal = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
    private static readonly string[] Binary = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

    public static string Fault(string text) =>
        text.AsSpan().ContainsAnyExcept("+-.0123456789eEinumkKMGTP") || text.AsSpan().IndexOfAnyInRange('0', '9') < 0
            ? Wrong
            : "unable to parse quantity's suffix";

    /// <summary>The canonical form, or null when the text is no amount.</summary>
    public static string? Canonical(string text)
    {
        var digits = 0;
        while (digits < text.Length && (char.IsAsciiDigit(text[digits]) || text[digits] == '.' || digits == 0 && text[0] is '+' or '-'))
        {
            digits++;
        }

        var number = text[..digits];
        var suffix = text[digits..];
        var dot = number.IndexOf('.', StringComparison.Ordinal);
        var fraction = dot < 0 ? "" : number[(dot + 1)..];
        if (!number.AsSpan().ContainsAnyInRange('0', '9') || fraction.Contains('.')
            || !BigInteger.TryParse(dot < 0 ? number : number[..dot] + fraction, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var mantissa))
        {
            return null;
        }

        var binary = Array.IndexOf(Binary, suffix);
        var scale = Array.IndexOf(Decimal, suffix);
        if (binary >= 0)
        {
            return Binaries(mantissa * BigInteger.Pow(1024, binary + 1), fraction.Length);
        }

        if (scale >= 0)
        {
            return Decimals(mantissa, (scale - 3) * 3 - fraction.Length, exponent: false);
        }

        return suffix.Length > 1 && suffix[0] is 'e' or 'E' && int.TryParse(suffix.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var power)
            && Math.Abs(power) < 100
            ? Decimals(mantissa, power - fraction.Length, exponent: true)
            : null;
    }

    /// <summary>The amount as a number; 0 when the text is none.</summary>
    public static double Value(string text)
    {
        var canonical = Canonical(text) ?? "0";
        var digits = canonical.AsSpan().TrimEnd("numkMGTPEi");
        var suffix = canonical[digits.Length..];
        if (!double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return 0;
        }

        var binary = Array.IndexOf(Binary, suffix);
        return binary >= 0 ? number * Math.Pow(1024, binary + 1) : number * Math.Pow(1000, Array.IndexOf(Decimal, suffix) - 3);
    }

    private static string Decimals(BigInteger mantissa, int power, bool exponent)
    {
        if (mantissa.IsZero)
        {
            return "0";
        }

        while (mantissa % 10 == 0)
        {
            mantissa /= 10;
            power++;
        }

        // Nothing is smaller than a nano: what is, is rounded up.
        for (; power < -9; power++)
        {
            mantissa = BigInteger.DivRem(mantissa, 10, out var rest) + (rest.IsZero ? 0 : rest.Sign);
        }

        var step = (int)Math.Floor(power / 3.0) * 3;
        step = Math.Min(step, exponent ? int.MaxValue : 18);
        mantissa *= BigInteger.Pow(10, power - step);
        return mantissa.ToString(CultureInfo.InvariantCulture) + (exponent ? step == 0 ? "" : $"e{step}" : Decimal[step / 3 + 3]);
    }

    private static string Binaries(BigInteger value, int fraction)
    {
        var scale = BigInteger.Pow(10, fraction);
        if (!(value % scale).IsZero)
        {
            return Decimals(value, -fraction, exponent: false);
        }

        value /= scale;
        var step = 0;
        while (step < Binary.Length && !value.IsZero && value % 1024 == 0)
        {
            value /= 1024;
            step++;
        }

        return value.ToString(CultureInfo.InvariantCulture) + (step == 0 ? "" : Binary[step - 1]);
    }
}
