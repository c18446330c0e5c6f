using System.Globalization;

namespace Emulator.Schema.Cel;

/// <summary>Reads an expression of the Common Expression Language.</summary>
internal sealed class CelParser
{
    private static readonly string[][] Levels = [["||"], ["&&"], ["==", "!=", "<=", ">=", "<", ">", "in"], ["+", "-"], ["*", "/", "%"]];

    private readonly List<CelToken> tokens;
    private int at;

    private CelParser(List<CelToken> tokens) => this.tokens = tokens;

    /// <exception cref="CelException">The text is no expression.</exception>
    public static CelNode Parse(string source)
    {
        var parser = new CelParser(CelLexer.Read(source));
        var node = parser.Conditional();
        return parser.tokens[parser.at].Kind is CelTokenKind.End ? node : throw parser.Unexpected();
    }

    private CelNode Conditional()
    {
        var test = Binary(0);
        if (!Take("?"))
        {
            return test;
        }

        var then = Conditional();
        Expect(":");
        return new CelNode.Conditional(test, then, Conditional());
    }

    private CelNode Binary(int level)
    {
        if (level == Levels.Length)
        {
            return Unary();
        }

        var left = Binary(level + 1);
        while (tokens[at].Kind is CelTokenKind.Symbol or CelTokenKind.Identifier && Levels[level].Contains(tokens[at].Text))
        {
            var symbol = tokens[at++].Text;
            left = new CelNode.Binary(symbol, left, Binary(level + 1));
        }

        return left;
    }

    private CelNode Unary() =>
        Take("!") ? new CelNode.Unary("!", Unary())
        : Take("-") ? new CelNode.Unary("-", Unary())
        : Member();

    private CelNode Member()
    {
        var node = Primary();
        while (true)
        {
            if (Take("."))
            {
                var name = Identifier();
                node = Take("(") ? new CelNode.Call(node, name, List(")")) : new CelNode.Field(node, Unescape(name));
            }
            else if (Take("["))
            {
                var index = Conditional();
                Expect("]");
                node = new CelNode.Element(node, index);
            }
            else
            {
                return node;
            }
        }
    }

    private CelNode Primary()
    {
        var token = tokens[at];
        switch (token.Kind)
        {
            case CelTokenKind.Integer:
                at++;
                return new CelNode.Constant(token.Text.StartsWith("0x", StringComparison.Ordinal)
                    ? long.Parse(token.Text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
                    : long.Parse(token.Text, CultureInfo.InvariantCulture));
            case CelTokenKind.Double:
                at++;
                return new CelNode.Constant(double.Parse(token.Text, CultureInfo.InvariantCulture));
            case CelTokenKind.Text:
                at++;
                return new CelNode.Constant(token.Text);
            case CelTokenKind.Identifier:
                at++;
                return token.Text switch
                {
                    "true" => new CelNode.Constant(true),
                    "false" => new CelNode.Constant(false),
                    "null" => new CelNode.Constant(null),
                    var name when Take("(") => new CelNode.Call(null, name, List(")")),
                    var name => new CelNode.Name(name),
                };
        }

        if (Take("("))
        {
            var inner = Conditional();
            Expect(")");
            return inner;
        }

        return Take("[") ? new CelNode.List(List("]")) : Take("{") ? new CelNode.Map(Entries()) : throw Unexpected();
    }

    private List<CelNode> List(string close)
    {
        var items = new List<CelNode>();
        while (!Take(close))
        {
            items.Add(Conditional());
            if (!Take(","))
            {
                Expect(close);
                break;
            }
        }

        return items;
    }

    private List<(CelNode Key, CelNode Value)> Entries()
    {
        var entries = new List<(CelNode, CelNode)>();
        while (!Take("}"))
        {
            var key = Conditional();
            Expect(":");
            entries.Add((key, Conditional()));
            if (!Take(","))
            {
                Expect("}");
                break;
            }
        }

        return entries;
    }

    private string Identifier() => tokens[at].Kind is CelTokenKind.Identifier ? tokens[at++].Text : throw Unexpected();

    /// <summary>Names that are words of the language, or hold other characters, are written escaped: <c>__namespace__</c>, <c>a__dash__b</c>.</summary>
    private static string Unescape(string name) =>
        name.StartsWith("__", StringComparison.Ordinal) && name.EndsWith("__", StringComparison.Ordinal) && name.Length > 4
            ? name[2..^2]
            : name.Replace("__dash__", "-", StringComparison.Ordinal).Replace("__dot__", ".", StringComparison.Ordinal)
                .Replace("__slash__", "/", StringComparison.Ordinal).Replace("__underscores__", "__", StringComparison.Ordinal);

    private bool Take(string symbol)
    {
        if (tokens[at].Kind is not CelTokenKind.Symbol || tokens[at].Text != symbol)
        {
            return false;
        }

        at++;
        return true;
    }

    private void Expect(string symbol)
    {
        if (!Take(symbol))
        {
            throw Unexpected();
        }
    }

    private CelException Unexpected() =>
        new($"Syntax error: unexpected {(tokens[at].Kind is CelTokenKind.End ? "end of the expression" : $"'{tokens[at].Text}'")}");
}
