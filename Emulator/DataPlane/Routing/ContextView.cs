using Emulator.DataPlane.Authentication;

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

    /// <summary>A header, or a claim of the request's token: <c>@request.auth.claims.sub</c>, as Istio routes by claims.</summary>
    public string? Header(string name) =>
        name.StartsWith(Claims, StringComparison.Ordinal)
            ? context.Features.Get<JwtPrincipal>()?.Claim(name[Claims.Length..].Trim('.', '[', ']').Split(["][", "."], StringSplitOptions.None)) is { Count: > 0 } claim
                ? claim.ToString()
                : null
            : context.Request.Headers.TryGetValue(name, out var values) ? values.ToString() : null;
}
