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

    /// <param name="IsOptional">Written <c>owner.?text</c>: a field that may not be there.</param>
    internal sealed record Field(CelNode Owner, string Text, bool IsOptional = false) : CelNode;

    /// <param name="IsOptional">Written <c>owner[?index]</c>.</param>
    internal sealed record Element(CelNode Owner, CelNode Index, bool IsOptional = false) : CelNode;

    /// <param name="Target">What a method is called on; null for a function.</param>
    internal sealed record Call(CelNode? Target, string Function, IReadOnlyList<CelNode> Arguments) : CelNode;

    internal sealed record Unary(string Operator, CelNode Operand) : CelNode;

    internal sealed record Binary(string Operator, CelNode Left, CelNode Right) : CelNode;

    internal sealed record Conditional(CelNode Test, CelNode Then, CelNode Else) : CelNode;

    /// <summary>A list; items in <see cref="Optional"/>, written <c>[?item]</c>, are in it when they have a value.</summary>
    internal sealed record List(IReadOnlyList<CelNode> Items) : CelNode
    {
        public IReadOnlySet<int> Optional { get; init; } = new HashSet<int>();
    }

    /// <summary>A map; entries may be optional as those of a <see cref="List"/>.</summary>
    internal sealed record Map(IReadOnlyList<(CelNode Key, CelNode Value, bool IsOptional)> Entries) : CelNode;
}
