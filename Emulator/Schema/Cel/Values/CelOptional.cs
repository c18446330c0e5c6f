namespace Emulator.Schema.Cel;

/// <summary>A value that may not be there: what <c>oldSelf</c> is in a rule with optionalOldSelf.</summary>
internal sealed record CelOptional(bool HasValue, object? Value)
{
    public static readonly CelOptional None = new(false, null);
}
