using System.Collections.Frozen;

namespace Emulator.DataPlane.Routing;

/// <summary>Routes by host: the exact name first, then the longest wildcard, then <c>*</c>.</summary>
internal sealed class HostTable(IReadOnlyDictionary<string, HttpRoute[]> routes)
{
    private readonly FrozenDictionary<string, HttpRoute[]> exact =
        routes.Where(entry => !entry.Key.StartsWith('*')).ToFrozenDictionary(entry => entry.Key, entry => entry.Value, StringComparer.OrdinalIgnoreCase);

    private readonly (string Suffix, HttpRoute[] Routes)[] wildcards =
        [.. routes.Where(entry => entry.Key.StartsWith('*')).OrderByDescending(entry => entry.Key.Length).Select(entry => (entry.Key[1..], entry.Value))];

    public IReadOnlyDictionary<string, HttpRoute[]> Routes => routes;

    public HttpRoute[]? Find(string authority)
    {
        if (exact.Count > 0 && (exact.TryGetValue(authority, out var found) || exact.TryGetValue(WithoutPort(authority), out found)))
        {
            return found;
        }

        foreach (var (suffix, candidates) in wildcards)
        {
            if (suffix.Length == 0 || WithoutPort(authority).EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
            {
                return candidates;
            }
        }

        return null;
    }

    public static string WithoutPort(string authority)
    {
        var colon = authority.LastIndexOf(':');
        return colon > 0 && !authority.EndsWith(']') ? authority[..colon] : authority;
    }

    /// <summary>The narrower of two host patterns where one covers the other; null when they have nothing in common.</summary>
    public static string? Intersect(string one, string other) =>
        Covers(one, other) ? other : Covers(other, one) ? one : null;

    private static bool Covers(string pattern, string host) =>
        pattern == "*" || string.Equals(pattern, host, StringComparison.OrdinalIgnoreCase)
        || (pattern.StartsWith("*.", StringComparison.Ordinal) && host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase));
}
