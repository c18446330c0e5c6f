namespace Emulator.DataPlane.Routing;

/// <summary>The parts of a request target as it was sent.</summary>
internal static class RequestTarget
{
    /// <summary>The target with another prefix of its path: <c>/a</c> for <c>/</c> makes <c>/a/x</c> to <c>/x</c>, not to <c>//x</c>.</summary>
    /// <param name="replaced">The length of the prefix that goes.</param>
    public static string ReplacePrefix(string target, int replaced, string prefix)
    {
        var rest = target.AsSpan(replaced);
        return prefix.EndsWith('/') && rest.StartsWith("/") ? string.Concat(prefix, rest[1..]) : string.Concat(prefix, rest);
    }

    public static ReadOnlySpan<char> Path(string target)
    {
        var query = target.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? target : target.AsSpan(0, query);
    }

    public static ReadOnlySpan<char> Query(string target)
    {
        var query = target.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? [] : target.AsSpan(query + 1);
    }

    /// <summary>A parameter of a query as it was sent; null when it is not there.</summary>
    public static string? Parameter(ReadOnlySpan<char> query, string name)
    {
        foreach (var range in query.Split('&'))
        {
            var pair = query[range];
            var equals = pair.IndexOf('=');
            if ((equals < 0 ? pair : pair[..equals]).SequenceEqual(name))
            {
                return equals < 0 ? "" : pair[(equals + 1)..].ToString();
            }
        }

        return null;
    }
}
