using System.Globalization;
using System.Text;

namespace Emulator.Schema.Cel;

/// <summary>What stands for a character in a text after a backslash.</summary>
internal static class CelEscape
{
    /// <param name="at">Behind the backslash.</param>
    /// <returns>Behind what was read.</returns>
    public static int Read(string source, int at, StringBuilder text)
    {
        var letter = source[at];
        switch (letter)
        {
            case 'x' or 'X':
                return Code(source, at + 1, 2, NumberStyles.HexNumber, text);
            case 'u':
                return Code(source, at + 1, 4, NumberStyles.HexNumber, text);
            case 'U':
                return Code(source, at + 1, 8, NumberStyles.HexNumber, text);
            case >= '0' and <= '3' when at + 2 < source.Length && source[at + 1] is >= '0' and <= '7' && source[at + 2] is >= '0' and <= '7':
                text.Append((char)((letter - '0') * 64 + (source[at + 1] - '0') * 8 + (source[at + 2] - '0')));
                return at + 3;
            default:
                text.Append(letter switch { 'a' => '\a', 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', 'v' => '\v', _ => letter });
                return at + 1;
        }
    }

    private static int Code(string source, int at, int digits, NumberStyles style, StringBuilder text)
    {
        if (at + digits > source.Length || !int.TryParse(source.AsSpan(at, digits), style, CultureInfo.InvariantCulture, out var code) || !Rune.IsValid(code))
        {
            throw new CelException("Syntax error: token recognition error at: '\\'") { At = at - 2 };
        }

        text.Append(new Rune(code).ToString());
        return at + digits;
    }
}
