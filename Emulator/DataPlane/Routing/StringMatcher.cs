using System.Text.RegularExpressions;
using Emulator.Mesh;

namespace Emulator.DataPlane.Routing;

/// <summary>A compiled <see cref="MeshStringMatch"/>.</summary>
internal sealed class StringMatcher
{
    private readonly string kind;
    private readonly string value;
    private readonly Regex? regex;
    private readonly bool isAnything;

    public StringMatcher(MeshStringMatch match)
    {
        kind = match.Kind;
        value = match.Value;
        if (kind == "regex")
        {
            isAnything = value is "*" or ".*";
            regex = isAnything ? null : Compile(value);
        }
    }

    /// <summary>How much of a path a rewrite replaces: the prefix, or everything.</summary>
    public int? PrefixLength => kind is "prefix" or "segments" ? value.Length : null;

    public bool Matches(ReadOnlySpan<char> text, bool ignoreCase = false) => kind switch
    {
        "exact" => text.Equals(value, ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal),
        "prefix" => text.StartsWith(value, ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal),
        "segments" => text.StartsWith(value, StringComparison.Ordinal) && (text.Length == value.Length || text[value.Length] == '/'),
        _ => isAnything || (regex is not null && regex.IsMatch(text)),
    };

    /// <summary>As RE2 in Envoy: the whole text must match, in time linear to its length.</summary>
    private static Regex? Compile(string pattern)
    {
        try
        {
            return new Regex($"^(?:{pattern})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            // The control plane has said what is wrong with it; here it matches nothing.
            return null;
        }
    }
}
