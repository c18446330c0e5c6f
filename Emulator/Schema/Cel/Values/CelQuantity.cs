using System.Globalization;
using System.Numerics;
using Emulator.Schema.Decoding;

namespace Emulator.Schema.Cel;

/// <summary>An amount such as <c>1.5Gi</c> or <c>100m</c>, exact (k8s.io/apiserver/pkg/cel/library, quantity).</summary>
/// <param name="Nanos">The amount in billionths: nothing is smaller.</param>
internal sealed record CelQuantity(BigInteger Nanos) : IComparable<CelQuantity>
{
    private static readonly BigInteger Nano = BigInteger.Pow(10, 9);

    private static readonly string[] Decimal = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];

    private static readonly string[] Binary = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

    public int Sign => Nanos.Sign;

    /// <summary>The amount as a whole number, or null when it is none or too large.</summary>
    public long? Whole => (Nanos % Nano).IsZero && Nanos / Nano is var whole && whole >= long.MinValue && whole <= long.MaxValue ? (long)whole : null;

    public double Approximate => (double)(Nanos / Nano) + (double)(Nanos % Nano) / 1e9;

    public static CelQuantity Of(long whole) => new(whole * Nano);

    /// <summary>Null: the text is no amount.</summary>
    public static CelQuantity? Parse(string text)
    {
        if (Quantity.Canonical(text) is not { } canonical)
        {
            return null;
        }

        var digits = canonical.Length - canonical.AsSpan().TrimStart("+-0123456789").Length;
        var number = BigInteger.Parse(canonical.AsSpan(0, digits), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var suffix = canonical[digits..];
        return Array.IndexOf(Binary, suffix) is >= 0 and var binary ? new CelQuantity(number * BigInteger.Pow(1024, binary + 1) * Nano)
            : Array.IndexOf(Decimal, suffix) is >= 0 and var scale ? new CelQuantity(number * BigInteger.Pow(1000, scale))
            : int.Parse(suffix.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) + 9 is >= 0 and var power ? new CelQuantity(number * BigInteger.Pow(10, power))
            : new CelQuantity(BigInteger.Zero);
    }

    public int CompareTo(CelQuantity? other) => Nanos.CompareTo(other?.Nanos ?? BigInteger.Zero);
}
