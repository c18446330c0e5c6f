using System.Text;

namespace Emulator.Schema.Cel;

/// <summary>Cuts an expression into words.</summary>
internal static class CelLexer
{
    private static readonly string[] Symbols =
        ["&&", "||", "==", "!=", "<=", ">=", "(", ")", "[", "]", "{", "}", ".", ",", ":", "?", "+", "-", "*", "/", "%", "<", ">", "!"];

    public static List<CelToken> Read(string source)
    {
        var tokens = new List<CelToken>();
        var at = 0;
        while (at < source.Length)
        {
            var character = source[at];
            if (char.IsWhiteSpace(character))
            {
                at++;
            }
            else if (source.AsSpan(at).StartsWith("//"))
            {
                var end = source.IndexOf('\n', at);
                at = end < 0 ? source.Length : end;
            }
            else if (Quote(source, at) is { } prefix)
            {
                var (start, before) = (at, source[at..(at + prefix)]);
                var isRaw = before.AsSpan().IndexOfAny('r', 'R') >= 0;
                var kind = before.AsSpan().IndexOfAny('b', 'B') >= 0 ? CelTokenKind.Bytes : CelTokenKind.Text;
                tokens.Add(new CelToken(kind, Text(source, ref at, isRaw, prefix), start));
            }
            else if (char.IsAsciiLetter(character) || character == '_')
            {
                var end = at;
                while (end < source.Length && (char.IsAsciiLetterOrDigit(source[end]) || source[end] == '_'))
                {
                    end++;
                }

                tokens.Add(new CelToken(CelTokenKind.Identifier, source[at..end], at));
                at = end;
            }
            else if (char.IsAsciiDigit(character))
            {
                tokens.Add(Number(source, ref at));
            }
            else if (Array.Find(Symbols, symbol => source.AsSpan(at).StartsWith(symbol, StringComparison.Ordinal)) is { } found)
            {
                tokens.Add(new CelToken(CelTokenKind.Symbol, found, at));
                at += found.Length;
            }
            else
            {
                throw new CelException($"Syntax error: token recognition error at: '{character}'") { At = at };
            }
        }

        tokens.Add(new CelToken(CelTokenKind.End, "", source.Length));
        return tokens;
    }

    /// <summary>The length of the prefix when a text begins here; null when none does.</summary>
    private static int? Quote(string source, int at)
    {
        var prefix = 0;
        while (prefix < 2 && at + prefix < source.Length && source[at + prefix] is 'r' or 'R' or 'b' or 'B')
        {
            prefix++;
        }

        return at + prefix < source.Length && (source[at + prefix] is '"' or '\'') ? prefix : null;
    }

    private static string Text(string source, ref int at, bool raw, int prefix)
    {
        at += prefix;
        var quote = source[at];
        var triple = source.AsSpan(at).StartsWith(new string(quote, 3), StringComparison.Ordinal);
        var close = new string(quote, triple ? 3 : 1);
        at += close.Length;
        var text = new StringBuilder();
        while (!source.AsSpan(at).StartsWith(close, StringComparison.Ordinal))
        {
            if (at >= source.Length)
            {
                throw new CelException("Syntax error: unterminated string literal") { At = source.Length };
            }

            if (source[at] == '\\' && !raw && at + 1 < source.Length)
            {
                at = CelEscape.Read(source, at + 1, text);
            }
            else
            {
                text.Append(source[at++]);
            }
        }

        at += close.Length;
        return text.ToString();
    }

    private static CelToken Number(string source, ref int at)
    {
        var end = at;
        while (end < source.Length && (char.IsAsciiLetterOrDigit(source[end]) || source[end] == '.' && end + 1 < source.Length && char.IsAsciiDigit(source[end + 1])))
        {
            end++;
        }

        // An exponent may have a sign.
        var isHex = source.AsSpan(at).StartsWith("0x");
        if (!isHex && end < source.Length && source[end] is '+' or '-' && source[end - 1] is 'e' or 'E')
        {
            end++;
            while (end < source.Length && char.IsAsciiDigit(source[end]))
            {
                end++;
            }
        }

        var (written, start) = (source[at..end], at);
        at = end;
        var text = written.TrimEnd('u', 'U');
        return new CelToken(
            text.Length < written.Length ? CelTokenKind.Unsigned
            : !isHex && text.AsSpan().IndexOfAny('.', 'e', 'E') >= 0 ? CelTokenKind.Double
            : CelTokenKind.Integer,
            text,
            start);
    }
}
