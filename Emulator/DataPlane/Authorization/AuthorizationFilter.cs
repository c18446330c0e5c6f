using System.Collections.Immutable;
using Emulator.DataPlane.Identity;
using Emulator.DataPlane.Proxy;
using Emulator.Mesh;

namespace Emulator.DataPlane.Authorization;

/// <summary>The AuthorizationPolicies of one workload: what any DENY matches is refused; with an ALLOW there, so is what none matches.</summary>
internal sealed class AuthorizationFilter
{
    public const string Body = "RBAC: access denied";

    public static readonly AuthorizationFilter None = new([], [], []);

    private readonly Policy[] asking;
    private readonly Policy[] denying;
    private readonly Policy[] allowing;

    private AuthorizationFilter(Policy[] asking, Policy[] denying, Policy[] allowing)
    {
        this.asking = asking;
        this.denying = denying;
        this.allowing = allowing;
    }

    public bool IsEmpty => asking.Length == 0 && denying.Length == 0 && allowing.Length == 0;

    public static AuthorizationFilter For(MeshSnapshot snapshot, ProxyWorkload workload)
    {
        Policy[] Of(string action) =>
        [
            .. snapshot.AuthorizationPolicies
                .Where(policy => policy.Action == action && PolicyScope.Holds(snapshot, policy.Namespace, policy.Selector, workload))
                .Select(policy => new Policy(policy.Namespace, policy.Name, [.. policy.Rules.Select(rule => new Rule(rule, snapshot.TrustDomain))], policy.Authorizer)),
        ];
        return new AuthorizationFilter(Of("CUSTOM"), Of("DENY"), Of("ALLOW"));
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
        foreach (var policy in denying)
        {
            if (policy.Match(facts, denies: true) is { } rule)
            {
                return $"rbac_access_denied_matched_policy[ns[{policy.Namespace}]-policy[{policy.Name}]-rule[{rule}]]";
            }
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

    private sealed record Policy(string Namespace, string Name, Rule[] Rules, MeshExternalAuthorizer? Authorizer)
    {
        /// <summary>The number of the first rule that holds, or null.</summary>
        public int? Match(in RequestFacts facts, bool denies)
        {
            for (var index = 0; index < Rules.Length; index++)
            {
                if (Rules[index].Holds(facts, denies))
                {
                    return index;
                }
            }

            return null;
        }
    }

    private sealed class Rule(MeshAuthorizationRule rule, string trustDomain)
    {
        private readonly AttributeTest[][] from = [.. rule.From.Select(tests => Compile(tests, trustDomain))];
        private readonly AttributeTest[][] to = [.. rule.To.Select(tests => Compile(tests, trustDomain))];
        private readonly AttributeTest[] when = Compile(rule.When, trustDomain);

        public bool Holds(in RequestFacts facts, bool denies) => Any(from, facts, denies) && Any(to, facts, denies) && All(when, facts, denies);

        private static AttributeTest[] Compile(ImmutableArray<MeshAttributeTest> tests, string trustDomain) =>
            [.. tests.Select(test => AttributeTest.Compile(test, trustDomain))];

        private static bool Any(AttributeTest[][] groups, in RequestFacts facts, bool denies)
        {
            foreach (var group in groups)
            {
                if (All(group, facts, denies))
                {
                    return true;
                }
            }

            return groups.Length == 0;
        }

        private static bool All(AttributeTest[] tests, in RequestFacts facts, bool denies)
        {
            foreach (var test in tests)
            {
                if (!test.Holds(facts, denies))
                {
                    return false;
                }
            }

            return true;
        }
    }
}
