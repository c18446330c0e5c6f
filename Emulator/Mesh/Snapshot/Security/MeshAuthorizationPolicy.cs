using System.Collections.Immutable;

namespace Emulator.Mesh;

/// <summary>One AuthorizationPolicy; in the root namespace it holds for the workloads of all namespaces.</summary>
/// <param name="Action">ALLOW, DENY, AUDIT or CUSTOM.</param>
internal sealed record MeshAuthorizationPolicy(
    string Namespace, string Name, ImmutableDictionary<string, string> Selector, string Action, ImmutableArray<MeshAuthorizationRule> Rules)
{
    /// <summary>For CUSTOM: who is asked about what the rules match; null where there is no such one, and then that is refused.</summary>
    public MeshExternalAuthorizer? Authorizer { get; init; }

    /// <summary>Whether it only says what it would do (annotation <c>istio.io/dry-run</c>).</summary>
    public bool IsDryRun { get; init; }
}
