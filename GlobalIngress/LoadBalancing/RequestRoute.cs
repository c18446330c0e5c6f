namespace GlobalIngress.LoadBalancing;

/// <summary>Requests by host and path, and where they go.</summary>
/// <param name="Host">Empty or <c>*</c> for every host; <c>*.example.com</c> for those below a domain.</param>
/// <param name="Path">Empty or <c>/*</c> for every path; with <c>/*</c> at its end for all below; otherwise exactly this.</param>
internal sealed record RequestRoute(string Host, string Path, BackendPool Pool)
{
    private readonly bool everyHost = Host is "" or "*";
    private readonly bool everyPath = Path is "" or "/*";

    /// <summary>The more exact a route is, the larger.</summary>
    public (bool Host, bool ExactHost, bool ExactPath, int Length) Rank =>
        (!everyHost, !everyHost && Host[0] != '*', !everyPath && !Path.EndsWith("/*", StringComparison.Ordinal), Path.Length);

    public bool Matches(string host, string path) => MatchesHost(host) && MatchesPath(path);

    private bool MatchesHost(string host) => everyHost
        || (Host[0] == '*' ? host.EndsWith(Host[1..], StringComparison.OrdinalIgnoreCase) : host.Equals(Host, StringComparison.OrdinalIgnoreCase));

    private bool MatchesPath(string path) => everyPath
        || (Path.EndsWith("/*", StringComparison.Ordinal)
            ? path.StartsWith(Path[..^1], StringComparison.Ordinal) || path.AsSpan().SequenceEqual(Path.AsSpan(0, Path.Length - 2))
            : path == Path);
}
