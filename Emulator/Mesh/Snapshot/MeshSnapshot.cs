using System.Collections.Immutable;

namespace Emulator.Mesh;

/// <summary>All that the data plane of one cluster needs to route, at one moment: what istiod would send over xDS.</summary>
/// <remarks>Immutable, with everything in it; a change makes a new snapshot that replaces the old one whole.</remarks>
internal sealed record MeshSnapshot
{
    public required long Version { get; init; }

    /// <summary>The name of this cluster in the mesh, as in <c>multiCluster.clusterName</c>.</summary>
    public required string Cluster { get; init; }

    public string TrustDomain { get; init; } = "cluster.local";

    /// <summary>Services by full host name (<c>name.namespace.svc.cluster.local</c>).</summary>
    public ImmutableDictionary<string, MeshService> Services { get; init; } = ImmutableDictionary<string, MeshService>.Empty;

    public ImmutableArray<MeshGateway> Gateways { get; init; } = [];

    /// <summary>Virtual services in the order Istio applies them: oldest first.</summary>
    public ImmutableArray<MeshVirtualService> VirtualServices { get; init; } = [];

    public ImmutableArray<MeshPeerAuthentication> PeerAuthentications { get; init; } = [];

    public ImmutableArray<MeshRequestAuthentication> RequestAuthentications { get; init; } = [];

    public ImmutableArray<MeshAuthorizationPolicy> AuthorizationPolicies { get; init; } = [];

    /// <summary>What single namespaces and workloads say of tracing and access logs, the narrowest first.</summary>
    public ImmutableArray<MeshTelemetry> Telemetries { get; init; } = [];

    public ImmutableArray<MeshSidecar> Sidecars { get; init; } = [];

    /// <summary>The namespace whose policies hold for the whole mesh; null: istio-system.</summary>
    public string? RootNamespace { get; init; }

    /// <summary>Whether proxies write access logs where no Telemetry says it (<c>accessLogFile</c>).</summary>
    public bool AccessLog { get; init; }

    /// <summary>Whether pods reach only what the mesh knows (<c>outboundTrafficPolicy: REGISTRY_ONLY</c>).</summary>
    public bool RegistryOnly { get; init; }

    /// <summary>Share of requests that start a trace, 0 to 100.</summary>
    public double TracingPercent { get; init; } = 100;

    /// <summary>Whether requests prefer endpoints near the caller (<c>localityLbSetting.enabled</c>); off in the lab.</summary>
    public bool LocalityLoadBalancing { get; init; }
}
