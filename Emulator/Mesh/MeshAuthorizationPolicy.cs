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

/// <summary>Holds when one of the sources, one of the operations and every condition hold; without sources or operations, those hold always.</summary>
internal sealed record MeshAuthorizationRule(
    ImmutableArray<ImmutableArray<MeshAttributeTest>> From, ImmutableArray<ImmutableArray<MeshAttributeTest>> To, ImmutableArray<MeshAttributeTest> When);

/// <summary>Holds when an attribute of a request is one of the values, and none of the excluded ones.</summary>
/// <param name="Attribute">As the conditions of AuthorizationPolicy name it, such as <c>source.principal</c>; <c>request.host</c>, <c>request.method</c> and <c>request.path</c> besides.</param>
internal sealed record MeshAttributeTest(string Attribute, ImmutableArray<string> Values, ImmutableArray<string> NotValues);
