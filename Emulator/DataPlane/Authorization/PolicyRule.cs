using System.Collections.Immutable;
using Emulator.Mesh;

namespace Emulator.DataPlane.Authorization;

/// <summary>One compiled rule of an AuthorizationPolicy: one of its sources, one of its operations, and all its conditions.</summary>
internal sealed class PolicyRule(MeshAuthorizationRule rule, string trustDomain)
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
