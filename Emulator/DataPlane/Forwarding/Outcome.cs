using Emulator.DataPlane.Upstream;

namespace Emulator.DataPlane.Forwarding;

/// <summary>What became of a request.</summary>
/// <param name="Flag">What went wrong on the way (response flags), or null.</param>
/// <param name="Cluster">Where it was to go; null where the proxy answered by itself.</param>
/// <param name="Endpoint">Who answered, or was asked last.</param>
internal readonly record struct Outcome(string? Flag, UpstreamCluster? Cluster = null, UpstreamEndpoint? Endpoint = null);
