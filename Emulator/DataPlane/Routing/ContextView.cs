namespace Emulator.DataPlane.Routing;

/// <summary>A request that a gateway or sidecar was sent.</summary>
internal readonly struct ContextView(HttpContext context, string target) : IRequestView
{
    public string Method => context.Request.Method;

    public ReadOnlySpan<char> Path => RequestTarget.Path(target);

    public ReadOnlySpan<char> Query => RequestTarget.Query(target);

    public string Authority => context.Request.Headers.Host.ToString();

    public string? Header(string name) => context.Request.Headers.TryGetValue(name, out var values) ? values.ToString() : null;
}
