using GlobalIngress.Fleet;
using GlobalIngress.Resources;

namespace GlobalIngress.Controller;

/// <summary>A MultiClusterService and what follows from it.</summary>
/// <param name="Members">The clusters that get a derived Service; none while the service is not valid.</param>
/// <param name="Endpoints">How many pods it has, over all its clusters; null while some cluster is not known.</param>
internal sealed record ServiceState(
    MultiClusterService Service,
    DerivedService Derived,
    IReadOnlyList<Member> Members,
    IReadOnlyList<string> Problems,
    IReadOnlyList<string> Warnings,
    int? Endpoints);
