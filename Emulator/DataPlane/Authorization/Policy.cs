using Emulator.Mesh;

namespace Emulator.DataPlane.Authorization;

/// <summary>One compiled AuthorizationPolicy.</summary>
internal sealed record Policy(string Namespace, string Name, PolicyRule[] Rules, MeshExternalAuthorizer? Authorizer)
{
    /// <summary>What Istio calls one of its rules in logs and in response code details.</summary>
    private string Named(int rule) => $"ns[{Namespace}]-policy[{Name}]-rule[{rule}]";

    /// <summary>What Istio calls the first rule of several policies that holds, or null.</summary>
    public static string? First(Policy[] policies, in RequestFacts facts, bool denies)
    {
        foreach (var policy in policies)
        {
            if (policy.Match(facts, denies) is { } rule)
            {
                return policy.Named(rule);
            }
        }

        return null;
    }

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
