namespace Emulator.Schema.Cel;

/// <summary>A part of an expression.</summary>
internal abstract record CelNode
{
    /// <summary>Where in the text it is, as cel-go counts: operators, dots and opening brackets stand for what they make.</summary>
    public int At { get; init; }

    /// <summary>Every part of the expression, and last itself.</summary>
    public IEnumerable<CelNode> All => Parts.SelectMany(part => part.All).Append(this);

    private IEnumerable<CelNode> Parts => this switch
    {
        Field selected => [selected.Owner],
        Element element => [element.Owner, element.Index],
        Call { Target: { } target } call => [.. call.Arguments, target],
        Call call => call.Arguments,
        Unary unary => [unary.Operand],
        Binary binary => [binary.Left, binary.Right],
        Conditional choice => [choice.Test, choice.Then, choice.Else],
        List list => list.Items,
        Map map => map.Entries.SelectMany(entry => (CelNode[])[entry.Key, entry.Value]),
        _ => [],
    };

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
