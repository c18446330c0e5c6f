using System.Text;

namespace Emulator.Schema.Cel;

/// <summary>What can be asked of texts (cel-go's strings extension, version 2, and Kubernetes' regular expressions). Places in a text count its characters.</summary>
internal static class CelText
{
    public static object? Method(string name, string text, List<object?> arguments)
    {
        string Argument(int at) => at < arguments.Count ? CelFunctions.Text(arguments[at]) : throw new CelException("no such overload");
        long? Place(int at) => at < arguments.Count ? arguments[at] as long? ?? throw new CelException("no such overload") : null;
        return name switch
        {
            "matches" => GoPattern.IsMatch(Argument(0), text),
            "find" => GoPattern.Find(Argument(0), text, 1).FirstOrDefault() ?? "",
            "findAll" => GoPattern.Find(Argument(0), text, Place(1) is { } limit and >= 0 ? limit : long.MaxValue).Cast<object?>().ToList(),
            "startsWith" => text.StartsWith(Argument(0), StringComparison.Ordinal),
            "endsWith" => text.EndsWith(Argument(0), StringComparison.Ordinal),
            "contains" => text.Contains(Argument(0), StringComparison.Ordinal),
            "charAt" => CharAt(Runes(text), Place(0) ?? throw new CelException("no such overload")),
            "indexOf" => IndexOf(Runes(text), Runes(Argument(0)), Place(1) ?? 0),
            "lastIndexOf" => LastIndexOf(Runes(text), Runes(Argument(0)), Place(1)),
            "lowerAscii" => string.Create(text.Length, text, static (span, from) => Map(span, from, char.IsAsciiLetterUpper)),
            "upperAscii" => string.Create(text.Length, text, static (span, from) => Map(span, from, char.IsAsciiLetterLower)),
            "trim" => text.Trim(),
            "replace" => Replace(text, Argument(0), Argument(1), Place(2) ?? -1),
            "split" => Split(text, Argument(0), Place(1) ?? -1).Cast<object?>().ToList(),
            "substring" => Substring(Runes(text), Place(0) ?? throw new CelException("no such overload"), Place(1)),
            "format" => CelFormatText.Format(text, CelFunctions.List(arguments.FirstOrDefault())),
            _ => throw new CelException("no such overload"),
        };
    }

    /// <summary>The text in quotes, with what cannot be seen escaped.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var letter in text)
        {
            quoted.Append(letter switch
            {
                '\a' => "\\a",
                '\b' => "\\b",
                '\f' => "\\f",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\v' => "\\v",
                '\\' => "\\\\",
                '"' => "\\\"",
                _ => letter.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }

    private static Rune[] Runes(string text) => [.. text.EnumerateRunes()];

    private static string Text(ReadOnlySpan<Rune> runes)
    {
        var text = new StringBuilder(runes.Length);
        foreach (var rune in runes)
        {
            text.Append(rune.ToString());
        }

        return text.ToString();
    }

    /// <summary>Swaps the case of those letters that are of the other one.</summary>
    private static void Map(Span<char> span, string from, Func<char, bool> isOther)
    {
        for (var at = 0; at < span.Length; at++)
        {
            span[at] = isOther(from[at]) ? (char)(from[at] ^ 0x20) : from[at];
        }
    }

    private static string CharAt(Rune[] text, long at) =>
        at < 0 || at > text.Length ? throw new CelException($"index out of range: {at}") : at == text.Length ? "" : text[at].ToString();

    private static long IndexOf(Rune[] text, Rune[] part, long from) =>
        from < 0 ? throw new CelException($"index out of range: {from}")
        : part.Length == 0 ? Math.Min(from, text.Length)
        : from >= text.Length ? -1
        : text.AsSpan((int)from).IndexOf(part) is >= 0 and var at ? at + from : -1;

    private static long LastIndexOf(Rune[] text, Rune[] part, long? last)
    {
        if (last < 0)
        {
            throw new CelException($"index out of range: {last}");
        }

        if (part.Length == 0)
        {
            return Math.Min(last ?? text.Length, text.Length);
        }

        return last >= text.Length ? -1 : text.AsSpan(0, (int)Math.Min(text.Length, (last ?? text.Length) + part.Length)).LastIndexOf(part);
    }

    private static string Substring(Rune[] text, long start, long? end) =>
        start > (end ?? start) ? throw new CelException($"invalid substring range. start: {start}, end: {end}")
        : start < 0 || start > text.Length ? throw new CelException($"index out of range: {start}")
        : end < 0 || end > text.Length ? throw new CelException($"index out of range: {end}")
        : Text(text.AsSpan((int)start, (int)((end ?? text.Length) - start)));

    private static string Replace(string text, string old, string next, long limit)
    {
        if (limit < 0 && old.Length > 0)
        {
            return text.Replace(old, next, StringComparison.Ordinal);
        }

        // As in Go: nothing is before, between and after all characters.
        var (made, at, left) = (new StringBuilder(), 0, limit < 0 ? long.MaxValue : limit);
        if (old.Length == 0)
        {
            foreach (var rune in text.EnumerateRunes())
            {
                made.Append(left-- > 0 ? next : "").Append(rune.ToString());
            }

            return made.Append(left > 0 ? next : "").ToString();
        }

        for (int found; left > 0 && (found = text.IndexOf(old, at, StringComparison.Ordinal)) >= 0; left--)
        {
            made.Append(text, at, found - at).Append(next);
            at = found + old.Length;
        }

        return made.Append(text, at, text.Length - at).ToString();
    }

    private static string[] Split(string text, string separator, long limit)
    {
        var most = limit is < 0 or > int.MaxValue ? int.MaxValue : (int)limit;
        if (separator.Length > 0 || most == 0)
        {
            return most == 0 ? [] : text.Split(separator, most);
        }

        var letters = text.EnumerateRunes().Select(rune => rune.ToString()).ToList();
        return letters.Count <= most ? [.. letters] : [.. letters[..(most - 1)], string.Concat(letters[(most - 1)..])];
    }
}
