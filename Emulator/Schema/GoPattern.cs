using System.Text.RegularExpressions;

namespace Emulator.Schema;

/// <summary>Regular expressions as Go (RE2) reads them.</summary>
internal static class GoPattern
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);
    private static readonly BoundedCache<Regex> Compiled = new(pattern => new Regex(ToDotNet(pattern), RegexOptions.CultureInvariant, Limit));

    /// <summary>The same pattern for .NET: <c>$</c> is the very end of the text, and <c>\z</c> is written so.</summary>
    public static string ToDotNet(string pattern)
    {
        var text = new System.Text.StringBuilder(pattern.Length + 4);
        var inClass = false;
        for (var at = 0; at < pattern.Length; at++)
        {
            var character = pattern[at];
            if (character == '\\' && at + 1 < pattern.Length)
            {
                text.Append(character).Append(pattern[++at]);
                continue;
            }

            inClass = character switch { '[' => true, ']' => false, _ => inClass };
            text.Append(character == '$' && !inClass ? "\\z" : character.ToString());
        }

        return text.ToString();
    }

    /// <summary>Whether the pattern is found in the text; a pattern that takes too long counts as not found.</summary>
    /// <exception cref="ArgumentException">The pattern is no regular expression.</exception>
    public static bool IsMatch(string pattern, string text)
    {
        var regex = Compiled.Get(pattern);
        try
        {
            return regex.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    /// <summary>What the pattern finds in the text, at most so many times.</summary>
    public static IReadOnlyList<string> Find(string pattern, string text, long limit)
    {
        try
        {
            return [.. Compiled.Get(pattern).Matches(text).Take((int)Math.Min(limit, int.MaxValue)).Select(match => match.Value)];
        }
        catch (RegexMatchTimeoutException)
        {
            return [];
        }
    }
}
