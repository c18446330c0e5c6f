using Emulator.Storage;

namespace Emulator.Api.Resources;

/// <summary>The parser of k8s.io/apimachinery/pkg/labels, with its messages.</summary>
internal sealed class LabelSelectorParser(string text)
{
    private int at;

    public List<LabelRequirement> Parse()
    {
        var requirements = new List<LabelRequirement>();
        while (true)
        {
            requirements.Add(Requirement());
            var token = Next();
            if (token.Length == 0)
            {
                return requirements;
            }

            if (token != ",")
            {
                throw ApiErrors.BadRequest($"found '{token}', expected: ',' or 'end of string'");
            }

            if (Peek().Length == 0)
            {
                throw ApiErrors.BadRequest("found '', expected: identifier after ','");
            }
        }
    }

    private LabelRequirement Requirement()
    {
        var token = Next();
        if (token == "!")
        {
            return new LabelRequirement(Key(Next()), LabelOperator.Missing, []);
        }

        var key = Key(token);
        switch (Peek())
        {
            case "" or ",":
                return new LabelRequirement(key, LabelOperator.Exists, []);
            case "=" or "==":
                Next();
                return new LabelRequirement(key, LabelOperator.In, [SingleValue()]);
            case "!=":
                Next();
                return new LabelRequirement(key, LabelOperator.NotIn, [SingleValue()]);
            case ">" or "<":
                var greater = Next() == ">";
                var bound = SingleValue();
                return long.TryParse(bound, out _)
                    ? new LabelRequirement(key, greater ? LabelOperator.Greater : LabelOperator.Less, [bound])
                    : throw Fault($"values[0][{key}]: Invalid value: \"{bound}\": for 'Gt', 'Lt' operators, the value must be an integer");
            case "in":
                Next();
                return new LabelRequirement(key, LabelOperator.In, Values());
            case "notin":
                Next();
                return new LabelRequirement(key, LabelOperator.NotIn, Values());
            case var found:
                throw Fault($"found '{found}', expected: in, notin, =, ==, !=, gt, lt");
        }
    }

    private string Key(string token)
    {
        if (token is "" or "," or "=" or "==" or "!=" or "(" or ")" or "<" or ">" or "!")
        {
            throw Fault($"found '{token}', expected: !, identifier, or 'end of string'");
        }

        return LabelSyntax.KeyFault(token) is { } fault ? throw Fault($"<nil>: Invalid value: \"{token}\": {fault}") : token;
    }

    private string SingleValue()
    {
        var token = Peek();
        if (token is "" or ",")
        {
            return "";
        }

        Next();
        return token is "=" or "==" or "!=" or "(" or ")" or "<" or ">" or "!"
            ? throw Fault($"found '{token}', expected: identifier")
            : Value(token);
    }

    private List<string> Values()
    {
        if (Next() is var open && open != "(")
        {
            throw Fault($"found '{open}' expected: '('");
        }

        var values = new List<string>();
        while (true)
        {
            var token = Next();
            switch (token)
            {
                case ")":
                    if (values.Count == 0)
                    {
                        values.Add("");
                    }

                    return values;
                case ",":
                    if (values.Count == 0 || Peek() is "," or ")")
                    {
                        values.Add("");
                    }

                    break;
                case "":
                    throw Fault("found '', expected: ',', ')' or identifier");
                default:
                    values.Add(Value(token));
                    break;
            }
        }
    }

    private string Value(string token) => LabelSyntax.ValueFault(token) is { } fault ? throw Fault($"values[0]: Invalid value: \"{token}\": {fault}") : token;

    private string Peek()
    {
        var before = at;
        var token = Next();
        at = before;
        return token;
    }

    private string Next()
    {
        while (at < text.Length && text[at] is ' ' or '\t' or '\r' or '\n')
        {
            at++;
        }

        if (at >= text.Length)
        {
            return "";
        }

        var start = at;
        if (IsSpecial(text[at]))
        {
            at++;
            if (at < text.Length && text[start..(at + 1)] is "==" or "!=")
            {
                at++;
            }
        }
        else
        {
            while (at < text.Length && !IsSpecial(text[at]) && !char.IsWhiteSpace(text[at]))
            {
                at++;
            }
        }

        return text[start..at];
    }

    private static bool IsSpecial(char letter) => letter is '=' or '!' or '(' or ')' or ',' or '>' or '<';

    private static ApiException Fault(string why) => ApiErrors.BadRequest($"unable to parse requirement: {why}");
}
