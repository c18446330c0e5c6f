using System.Globalization;

namespace Emulator.Schema.Cel;

/// <summary>Reads an expression of the Common Expression Language.</summary>
internal sealed class CelParser
{
    private static readonly string[][] Levels = [["||"], ["&&"], ["==", "!=", "<=", ">=", "<", ">", "in"], ["+", "-"], ["*", "/", "%"]];

    /// <summary>What may begin an expression, in the words of cel-go's parser.</summary>
    private const string Expected =
        "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

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
        var start = tokens[at].At;
        if (!Take("?"))
        {
            return test;
        }

        var then = Conditional();
        Expect(":");
        return new CelNode.Conditional(test, then, Conditional()) { At = start };
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
            var (_, symbol, start) = tokens[at++];
            left = new CelNode.Binary(symbol, left, Binary(level + 1)) { At = start };
        }

        return left;
    }

    private CelNode Unary()
    {
        var start = tokens[at].At;
        return Take("!") ? new CelNode.Unary("!", Unary()) { At = start }
            : Take("-") ? new CelNode.Unary("-", Unary()) { At = start }
            : Member();
    }

    private CelNode Member()
    {
        var node = Primary();
        while (true)
        {
            var start = tokens[at].At;
            if (Take("."))
            {
                var isOptional = Take("?");
                var name = Identifier();
                var open = tokens[at].At;
                node = !isOptional && Take("(")
                    ? new CelNode.Call(node, name, List(")", out _)) { At = open }
                    : new CelNode.Field(node, Unescape(name), isOptional) { At = start };
            }
            else if (Take("["))
            {
                var isOptional = Take("?");
                var index = Conditional();
                Expect("]");
                node = new CelNode.Element(node, index, isOptional) { At = start };
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
                var number = token.Text.StartsWith("0x", StringComparison.Ordinal)
                    ? long.Parse(token.Text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
                    : long.Parse(token.Text, CultureInfo.InvariantCulture);
                return new CelNode.Constant(number) { At = token.At };
            case CelTokenKind.Unsigned:
                at++;
                return new CelNode.Constant(ulong.Parse(token.Text, CultureInfo.InvariantCulture)) { At = token.At };
            case CelTokenKind.Bytes:
                at++;
                return new CelNode.Constant(System.Text.Encoding.UTF8.GetBytes(token.Text)) { At = token.At };
            case CelTokenKind.Double:
                at++;
                return new CelNode.Constant(double.Parse(token.Text, CultureInfo.InvariantCulture)) { At = token.At };
            case CelTokenKind.Text:
                at++;
                return new CelNode.Constant(token.Text) { At = token.At };
            case CelTokenKind.Identifier:
                at++;
                var open = tokens[at].At;
                return token.Text switch
                {
                    "true" => new CelNode.Constant(true) { At = token.At },
                    "false" => new CelNode.Constant(false) { At = token.At },
                    "null" => new CelNode.Constant(null) { At = token.At },
                    var name when Take("(") => new CelNode.Call(null, name, List(")", out _)) { At = open },
                    var name => new CelNode.Name(name) { At = token.At },
                };
        }

        if (Take("("))
        {
            var inner = Conditional();
            Expect(")");
            return inner;
        }

        return Take("[") ? new CelNode.List(List("]", out var optional)) { At = token.At, Optional = optional } : Take("{") ? new CelNode.Map(Entries()) { At = token.At } : throw Unexpected();
    }

    private List<CelNode> List(string close, out HashSet<int> optional)
    {
        var items = new List<CelNode>();
        optional = [];
        while (!Take(close))
        {
            if (close == "]" && Take("?"))
            {
                optional.Add(items.Count);
            }

            items.Add(Conditional());
            if (!Take(","))
            {
                Expect(close);
                break;
            }
        }

        return items;
    }

    private List<(CelNode Key, CelNode Value, bool IsOptional)> Entries()
    {
        var entries = new List<(CelNode, CelNode, bool)>();
        while (!Take("}"))
        {
            var isOptional = Take("?");
            var key = Conditional();
            Expect(":");
            entries.Add((key, Conditional(), isOptional));
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

    private CelException Unexpected()
    {
        var token = tokens[at];
        var found = token.Kind is CelTokenKind.End ? "<EOF>" : token.Text;
        return new CelException($"Syntax error: mismatched input '{found}' expecting {Expected}") { At = token.At };
    }
}
