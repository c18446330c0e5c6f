namespace Emulator.Schema.Validation;

/// <summary>Where in a definition's schema a part of it is.</summary>
/// <param name="Text">As messages say it: <c>specified object fields</c>.</param>
/// <param name="Uncorrelated">The list above whose items cannot be told apart over time, so that rules cannot compare them with what was before; null: there is none.</param>
/// <param name="Most">How many values of the part an object can have; null: any number.</param>
/// <param name="Costs">What the rules found so far may cost.</param>
internal sealed record SchemaPlace(string Text, string? Uncorrelated, ulong? Most, RuleCosts Costs)
{
    public bool IsRoot => Text == "at the root";

    /// <param name="below">How many values of a part below one of this part has; null: any number.</param>
    public SchemaPlace Below(string text, ulong? below, string? uncorrelated) =>
        new(text, uncorrelated, Most is { } most && below is { } times ? Cel.CelSize.Multiply(most, times) : null, Costs);
}
