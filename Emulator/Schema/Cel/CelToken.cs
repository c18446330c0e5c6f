namespace Emulator.Schema.Cel;

internal enum CelTokenKind
{
    End,
    Identifier,
    Integer,
    Double,
    Text,
    Symbol,
}

/// <summary>One word of an expression, and where in it the word begins.</summary>
internal readonly record struct CelToken(CelTokenKind Kind, string Text, int At);
