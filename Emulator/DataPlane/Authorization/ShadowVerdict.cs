namespace Emulator.DataPlane.Authorization;

/// <summary>What the policies of one action that are tried out only would have done with a request.</summary>
/// <param name="Action">deny or allow.</param>
/// <param name="Policy">The rule that matched; null: none did.</param>
internal readonly record struct ShadowVerdict(string Action, bool IsDenied, string? Policy, int Port)
{
    /// <summary>As Envoy's RBAC filter says it.</summary>
    public override string ToString() => $"shadow {(IsDenied ? "denied" : "allowed")}, matched policy {Policy ?? "none"}";
}
