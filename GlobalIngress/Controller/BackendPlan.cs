using GlobalIngress.Fleet;
using GlobalIngress.LoadBalancing;
using GlobalIngress.Resources;

namespace GlobalIngress.Controller;

/// <summary>The endpoints of a backend, by cluster.</summary>
internal sealed record BackendPlan(
    IngressBackend Backend, BackendSettings Settings, IReadOnlyList<(Member Member, IReadOnlyList<EndpointKey> Endpoints)> Clusters);
