using Emulator.DataPlane.Identity;
using Emulator.DataPlane.Proxy;
using Emulator.Mesh;

namespace Emulator.DataPlane.Authorization;

/// <summary>The AuthorizationPolicies of one workload: what any DENY matches is refused; with an ALLOW there, so is what none matches.</summary>
internal sealed class AuthorizationFilter
{
    public const string Body = "RBAC: access denied";

    public static readonly AuthorizationFilter None = new([], [], [], null);

    private readonly Policy[] asking;
    private readonly Policy[] denying;
    private readonly Policy[] allowing;

    private readonly ShadowRules? shadow;

    private AuthorizationFilter(Policy[] asking, Policy[] denying, Policy[] allowing, ShadowRules? shadow)
    {
        this.shadow = shadow;
        this.asking = asking;
        this.denying = denying;
        this.allowing = allowing;
    }

    public bool IsEmpty => asking.Length == 0 && denying.Length == 0 && allowing.Length == 0 && shadow is null;

    /// <param name="report">Takes what policies would have done that are tried out only.</param>
    public static AuthorizationFilter For(MeshSnapshot snapshot, ProxyWorkload workload, Action<ShadowVerdict>? report = null)
    {
        Policy[] Of(string action, bool isDryRun = false) =>
        [
            .. snapshot.AuthorizationPolicies
                .Where(policy => policy.Action == action && policy.IsDryRun == isDryRun && PolicyScope.Holds(snapshot, policy.Namespace, policy.Selector, workload))
                .Select(policy => new Policy(policy.Namespace, policy.Name, [.. policy.Rules.Select(rule => new PolicyRule(rule, snapshot.TrustDomain))], policy.Authorizer)),
        ];
        var (denying, allowing) = (Of("DENY", isDryRun: true), Of("ALLOW", isDryRun: true));
        return new AuthorizationFilter(
            Of("CUSTOM"), Of("DENY"), Of("ALLOW"), denying.Length + allowing.Length > 0 && report is not null ? new ShadowRules(denying, allowing, report) : null);
    }

    /// <summary>Whether somebody outside is to be asked first, and who; Istio has one provider for a workload, which the first policy names.</summary>
    public bool IsCustom(in RequestFacts facts, out MeshExternalAuthorizer? authorizer)
    {
        foreach (var policy in asking)
        {
            if (policy.Match(facts, denies: true) is not null)
            {
                authorizer = policy.Authorizer;
                return true;
            }
        }

        authorizer = null;
        return false;
    }

    /// <summary>Null when the request may pass; else which policy is in the way, as Envoy's response code details say it.</summary>
    public string? Refuse(in RequestFacts facts)
    {
        shadow?.Try(facts);
        if (Policy.First(denying, facts, denies: true) is { } rule)
        {
            return $"rbac_access_denied_matched_policy[{rule}]";
        }

        if (allowing.Length == 0)
        {
            return null;
        }

        foreach (var policy in allowing)
        {
            if (policy.Match(facts, denies: false) is not null)
            {
                return null;
            }
        }

        return "rbac_access_denied_matched_policy[none]";
    }
}
