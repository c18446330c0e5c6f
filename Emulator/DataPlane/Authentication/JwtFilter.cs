using Emulator.DataPlane.Identity;
using Emulator.DataPlane.Proxy;
using Emulator.Mesh;

namespace Emulator.DataPlane.Authentication;

/// <summary>The RequestAuthentications of one workload: a bad token is refused, a good one becomes the request's principal, none is let pass.</summary>
internal sealed class JwtFilter
{
    public static readonly JwtFilter None = new([], TimeProvider.System);

    private readonly JwtRule[] rules;
    private readonly TimeProvider time;

    private JwtFilter(JwtRule[] rules, TimeProvider time)
    {
        this.rules = rules;
        this.time = time;
    }

    public bool IsEmpty => rules.Length == 0;

    public static JwtFilter For(MeshSnapshot snapshot, ProxyWorkload workload) => new(
        [
            .. snapshot.RequestAuthentications
                .Where(item => PolicyScope.Holds(snapshot, item.Namespace, item.Selector, workload))
                .SelectMany(item => item.Rules)
                .Select(rule => new JwtRule(rule)),
        ],
        TimeProvider.System);

    /// <summary>Null when the request may go on; else why its token is not believed.</summary>
    public string? Refuse(HttpContext context)
    {
        string? problem = null;
        var matchesIssuer = false;
        foreach (var rule in rules)
        {
            if (rule.Find(context.Request) is not { } text)
            {
                continue;
            }

            var (token, unreadable) = JsonWebToken.Parse(text);
            if (token is null)
            {
                problem ??= unreadable;
                continue;
            }

            if (token.Claims["iss"]?.ToString() != rule.Issuer)
            {
                problem ??= "Jwt issuer is not configured";
                continue;
            }

            if (rule.Problem(token, time.GetUtcNow()) is not { } found)
            {
                var principal = new JwtPrincipal(token.Claims);
                rule.Apply(context.Request, token, principal);
                context.Features.Set(principal);
                return null;
            }

            // What the issuer's own rule says of it tells more than that other rules are for other issuers.
            problem = matchesIssuer ? problem : found;
            matchesIssuer = true;
        }

        return problem;
    }
}
