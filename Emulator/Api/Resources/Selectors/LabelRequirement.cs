using System.Globalization;

namespace Emulator.Api.Resources;

internal enum LabelOperator
{
    Exists,
    Missing,
    In,
    NotIn,
    Greater,
    Less,
}

/// <summary>One condition of a label selector.</summary>
internal sealed record LabelRequirement(string Key, LabelOperator Operator, IReadOnlyList<string> Values)
{
    /// <param name="value">The object's label; null when it has none of that key.</param>
    public bool Holds(string? value) => Operator switch
    {
        LabelOperator.Exists => value is not null,
        LabelOperator.Missing => value is null,
        LabelOperator.In => value is not null && Values.Contains(value),
        LabelOperator.NotIn => value is null || !Values.Contains(value),
        LabelOperator.Greater => Number(value) > Number(Values[0]),
        _ => Number(value) < Number(Values[0]),
    };

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
