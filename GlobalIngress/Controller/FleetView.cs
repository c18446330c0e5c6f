using GlobalIngress.Resources;

namespace GlobalIngress.Controller;

/// <summary>Everything that follows from what the clusters hold at one moment.</summary>
/// <param name="Serving">The ingress that the load balancer follows, as it last was without problems; null for none.</param>
/// <param name="Frontend">How that ingress meets its clients.</param>
/// <param name="Backends">The backends of that ingress.</param>
internal sealed record FleetView(
    IReadOnlyList<ServiceState> Services,
    IReadOnlyList<IngressState> Ingresses,
    MultiClusterIngress? Serving,
    FrontendPlan Frontend,
    IReadOnlyList<BackendPlan> Backends);
