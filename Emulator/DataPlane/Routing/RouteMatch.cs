using Emulator.Mesh;

namespace Emulator.DataPlane.Routing;

/// <summary>A compiled <see cref="MeshHttpMatch"/>: all its conditions hold together.</summary>
internal sealed class RouteMatch(MeshHttpMatch match)
{
    private readonly StringMatcher? scheme = Compile(match.Scheme);
    private readonly StringMatcher? method = Compile(match.Method);
    private readonly StringMatcher? authority = Compile(match.Authority);
    private readonly (string Name, StringMatcher? Value)[] headers = [.. match.Headers.Select(header => (header.Key, CompileOptional(header.Value)))];
    private readonly (string Name, StringMatcher? Value)[] withoutHeaders =
        [.. match.WithoutHeaders.Select(header => (header.Key, CompileOptional(header.Value)))];

    private readonly (string Name, StringMatcher? Value)[] query = [.. match.QueryParameters.Select(part => (part.Key, CompileOptional(part.Value)))];

    public StringMatcher? Uri { get; } = Compile(match.Uri);

    public bool Holds<TRequest>(in TRequest request, int port)
        where TRequest : struct, IRequestView =>
        (match.Port is null || match.Port == port)
        && (Uri is null || Uri.Matches(request.Path, match.IgnoreUriCase))
        && (scheme is null || scheme.Matches(request.Scheme))
        && (method is null || method.Matches(request.Method))
        && (authority is null || authority.Matches(request.Authority, ignoreCase: true))
        && HeadersHold(request)
        && QueryHolds(request);

    private bool HeadersHold<TRequest>(in TRequest request)
        where TRequest : struct, IRequestView
    {
        foreach (var (name, value) in headers)
        {
            if (!Has(request, name, value))
            {
                return false;
            }
        }

        foreach (var (name, value) in withoutHeaders)
        {
            if (Has(request, name, value))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a header, or one of the entries of a claim, is there and as it is to be.</summary>
    private static bool Has<TRequest>(in TRequest request, string name, StringMatcher? value)
        where TRequest : struct, IRequestView
    {
        if (!name.StartsWith('@'))
        {
            return request.Header(name) is { } found && (value is null || value.Matches(found));
        }

        foreach (var entry in request.Claim(name))
        {
            if (entry is not null && (value is null || value.Matches(entry)))
            {
                return true;
            }
        }

        return false;
    }

    private bool QueryHolds<TRequest>(in TRequest request)
        where TRequest : struct, IRequestView
    {
        foreach (var (name, value) in query)
        {
            if (RequestTarget.Parameter(request.Query, name) is not { } found || (value is not null && !value.Matches(found)))
            {
                return false;
            }
        }

        return true;
    }

    private static StringMatcher? Compile(MeshStringMatch? text) => text is null ? null : new StringMatcher(text);

    /// <summary>An empty prefix or exact text asks only whether the header is there.</summary>
    private static StringMatcher? CompileOptional(MeshStringMatch text) => text.Value.Length == 0 ? null : new StringMatcher(text);
}
