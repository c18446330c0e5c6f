namespace Emulator.DataPlane.Routing;

/// <summary>What routes look at in a request, wherever the request comes from.</summary>
internal interface IRequestView
{
    string Method { get; }

    /// <summary>The path as it was sent, without the query.</summary>
    ReadOnlySpan<char> Path { get; }

    ReadOnlySpan<char> Query { get; }

    string Authority { get; }

    string? Header(string name);
}

/// <summary>A request that a gateway or sidecar was sent.</summary>
internal readonly struct ContextView(HttpContext context, string target) : IRequestView
{
    public string Method => context.Request.Method;

    public ReadOnlySpan<char> Path => RequestTarget.Path(target);

    public ReadOnlySpan<char> Query => RequestTarget.Query(target);

    public string Authority => context.Request.Headers.Host.ToString();

    public string? Header(string name) => context.Request.Headers.TryGetValue(name, out var values) ? values.ToString() : null;
}

/// <summary>A request that a program in the pod sends.</summary>
internal readonly struct MessageView(HttpRequestMessage message) : IRequestView
{
    public string Method => message.Method.Method;

    public ReadOnlySpan<char> Path => RequestTarget.Path(message.RequestUri!.PathAndQuery);

    public ReadOnlySpan<char> Query => RequestTarget.Query(message.RequestUri!.PathAndQuery);

    public string Authority => message.Headers.Host ?? message.RequestUri!.Authority;

    public string? Header(string name) =>
        message.Headers.TryGetValues(name, out var values) || (message.Content?.Headers.TryGetValues(name, out values) ?? false)
            ? string.Join(',', values!)
            : null;
}

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
