using Emulator.DataPlane.Authentication;
using Microsoft.Extensions.Primitives;

namespace Emulator.DataPlane.Routing;

/// <summary>A request that a gateway or sidecar was sent.</summary>
internal readonly struct ContextView(HttpContext context, string target) : IRequestView
{
    private const string Claims = "@request.auth.claims";

    public string Scheme => context.Request.Headers["x-forwarded-proto"] is { Count: > 0 } proto ? proto.ToString() : context.Request.Scheme;

    public string Method => context.Request.Method;

    public ReadOnlySpan<char> Path => RequestTarget.Path(target);

    public ReadOnlySpan<char> Query => RequestTarget.Query(target);

    public string Authority => context.Request.Headers.Host.ToString();

    public string? Header(string name) => context.Request.Headers.TryGetValue(name, out var values) ? values.ToString() : null;

    /// <summary>Nested claims have dots or brackets between: <c>@request.auth.claims.a.b</c>, <c>@request.auth.claims[a][b]</c>.</summary>
    public StringValues Claim(string name) =>
        name.StartsWith(Claims, StringComparison.OrdinalIgnoreCase)
            ? context.Features.Get<JwtPrincipal>()?.Claim(name[Claims.Length..].Trim('.', '[', ']').Split(["][", "."], StringSplitOptions.None)) ?? default
            : default;
}
