using System.Globalization;
using Emulator.Nodes;

namespace Emulator.Controllers;

/// <summary>An amount of a resource and how it is written: in powers of 1024 or of 1000.</summary>
internal readonly record struct Amount(decimal Value, bool IsBinary)
{
    private static readonly string[] Units = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

    public static Amount Of(decimal count) => new(count, false);

    public static Amount Parse(string? text) => new(Quantity.Parse(text) ?? 0, text?.EndsWith('i') ?? false);

    public static Amount operator +(Amount one, Amount other) => new(one.Value + other.Value, one.IsBinary || one.Value == 0 && other.IsBinary);

    public static Amount operator -(Amount one, Amount other) => one + new Amount(-other.Value, other.IsBinary);

    public static Amount Max(Amount one, Amount other) => one.Value >= other.Value ? one : other;

    public override string ToString()
    {
        if (!IsBinary || Math.Abs(Value) < 1024 || Value != decimal.Truncate(Value))
        {
            var text = (Value * 1_000_000_000).ToString("0", CultureInfo.InvariantCulture);
            return Schema.Decoding.Quantity.Canonical($"{text}n") ?? "0";
        }

        var (value, unit) = (Value, 0);
        while (unit < Units.Length - 1 && value % 1024 == 0)
        {
            (value, unit) = (value / 1024, unit + 1);
        }

        return value.ToString("0", CultureInfo.InvariantCulture) + Units[unit];
    }
}
