namespace Emulator.Schema.Cel;

/// <summary>A part of an expression.</summary>
internal abstract record CelNode
{
    /// <summary>Where in the text it is, as cel-go counts: operators, dots and opening brackets stand for what they make.</summary>
    public int At { get; init; }

    internal sealed record Constant(object? Value) : CelNode;

    internal sealed record Name(string Text) : CelNode;

    internal sealed record Field(CelNode Owner, string Text) : CelNode;

    internal sealed record Element(CelNode Owner, CelNode Index) : CelNode;

    /// <param name="Target">What a method is called on; null for a function.</param>
    internal sealed record Call(CelNode? Target, string Function, IReadOnlyList<CelNode> Arguments) : CelNode;

    internal sealed record Unary(string Operator, CelNode Operand) : CelNode;

    internal sealed record Binary(string Operator, CelNode Left, CelNode Right) : CelNode;

    internal sealed record Conditional(CelNode Test, CelNode Then, CelNode Else) : CelNode;

    internal sealed record List(IReadOnlyList<CelNode> Items) : CelNode;

    internal sealed record Map(IReadOnlyList<(CelNode Key, CelNode Value)> Entries) : CelNode;
}
