using System.Text.RegularExpressions;

namespace Emulator.DataPlane.Authorization;

/// <summary>A value of an AuthorizationPolicy: exact, with <c>*</c> at its begin or end, <c>*</c> alone for any; for paths also with <c>{*}</c> and <c>{**}</c>.</summary>
internal sealed class ValuePattern(string text, StringComparison comparison = StringComparison.Ordinal)
{
    private readonly Regex? template = text.Contains("{*}", StringComparison.Ordinal) || text.Contains("{**}", StringComparison.Ordinal)
        ? new Regex(
            "^" + Regex.Escape(text).Replace(@"\{\*\*}", ".*", StringComparison.Ordinal).Replace(@"\{\*}", "[^/]+", StringComparison.Ordinal) + "$",
            RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)
        : null;

    public bool Matches(string value) =>
        template is not null ? template.IsMatch(value)
        : text == "*" ? value.Length > 0
        : text.StartsWith('*') ? value.EndsWith(text[1..], comparison)
        : text.EndsWith('*') ? value.StartsWith(text[..^1], comparison)
        : value.Equals(text, comparison);
}
