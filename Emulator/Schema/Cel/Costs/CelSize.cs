namespace Emulator.Schema.Cel;

/// <summary>How large a value may be: characters of a text, items of a list. Numbers that are too large stay the largest there is.</summary>
internal readonly record struct CelSize(ulong Least, ulong Most)
{
    public static readonly CelSize Unknown = new(0, ulong.MaxValue);

    public static readonly CelSize One = new(1, 1);

    public static CelSize operator +(CelSize one, CelSize other) => new(Add(one.Least, other.Least), Add(one.Most, other.Most));

    public static CelSize operator *(CelSize one, CelSize other) => new(Multiply(one.Least, other.Least), Multiply(one.Most, other.Most));

    public CelSize Or(CelSize other) => new(Math.Min(Least, other.Least), Math.Max(Most, other.Most));

    public static ulong Add(ulong one, ulong other) => other > ulong.MaxValue - one ? ulong.MaxValue : one + other;

    public static ulong Multiply(ulong one, ulong other) => other != 0 && one > ulong.MaxValue / other ? ulong.MaxValue : one * other;

    /// <summary>What so many units cost, of which each costs a part of one; rounded up.</summary>
    public static ulong Scale(ulong units, double each)
    {
        var cost = Math.Ceiling(units * each);
        return cost >= 18446744073709551616.0 ? ulong.MaxValue : (ulong)cost;
    }
}
