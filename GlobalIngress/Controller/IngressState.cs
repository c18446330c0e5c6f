using GlobalIngress.Resources;

namespace GlobalIngress.Controller;

/// <summary>A MultiClusterIngress and what follows from it.</summary>
/// <param name="Problems">Why the load balancer does not follow it; it stays as it was.</param>
internal sealed record IngressState(MultiClusterIngress Ingress, IReadOnlyList<string> Problems, IReadOnlyList<string> Warnings);
