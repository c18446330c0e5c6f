namespace Emulator.Schema.Cel;

internal enum CelTokenKind
{
    End,
    Identifier,
    Integer,
    Unsigned,
    Double,
    Text,
    Bytes,
    Symbol,
}

/// <summary>One word of an expression, and where in it the word begins.</summary>
internal readonly record struct CelToken(CelTokenKind Kind, string Text, int At);
