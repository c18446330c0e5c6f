using System.Text.Json.Nodes;
using Emulator.Network;

namespace Emulator.Nodes;

/// <summary>All a container knows when it starts.</summary>
internal sealed record ContainerContext
{
    public required JsonObject Pod { get; init; }

    public required JsonObject Container { get; init; }

    /// <summary>Environment with ConfigMap, Secret and field references resolved.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public required PodInterface Network { get; init; }

    /// <summary>The Node object of the pod's node, for region and zone.</summary>
    public required JsonObject Node { get; init; }

    /// <summary>Takes one line of the container's standard output.</summary>
    public required Action<string> Log { get; init; }

    /// <summary>Reaches the node's metadata server without a socket: requests for any host are answered by it. Null: over the network.</summary>
    public HttpMessageHandler? Metadata { get; init; }

    /// <summary>Runs processes of the host in the pod; null where that is not offered.</summary>
    public PodShells? Shells { get; init; }

    /// <summary>Says that probes may now answer differently, so that the node asks at once rather than a period later.</summary>
    public Action ReadinessChanged { get; init; } = () => { };
}
