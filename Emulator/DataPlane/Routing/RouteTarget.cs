using Emulator.DataPlane.Upstream;

namespace Emulator.DataPlane.Routing;

/// <summary>Where a route sends requests.</summary>
/// <param name="Cluster">Null when the destination does not exist in the mesh.</param>
internal sealed record RouteTarget(UpstreamCluster? Cluster, int Weight, HeaderOperations Headers);
