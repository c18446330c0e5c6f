namespace Emulator.DataPlane.Routing;

/// <summary>The parts of a request target as it was sent.</summary>
internal static class RequestTarget
{
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
}
