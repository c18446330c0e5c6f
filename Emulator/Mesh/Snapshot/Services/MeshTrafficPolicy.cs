using System.Collections.Immutable;

namespace Emulator.Mesh;

/// <summary>The parts of a DestinationRule's trafficPolicy that the data plane acts on.</summary>
internal sealed record MeshTrafficPolicy
{
    /// <summary>ROUND_ROBIN, LEAST_REQUEST, RANDOM or PASSTHROUGH; Istio's default is LEAST_REQUEST.</summary>
    public string LoadBalancer { get; init; } = "LEAST_REQUEST";

    /// <summary>ISTIO_MUTUAL, DISABLE, or null for automatic.</summary>
    public string? TlsMode { get; init; }

    /// <summary>The server name that mutual TLS between proxies asks for; null: the cluster's own.</summary>
    public string? PeerServerName { get; init; }

    /// <summary>The SPIFFE identities of which a peer must have one; empty: that of the endpoint.</summary>
    public ImmutableArray<string> PeerNames { get; init; } = [];

    public MeshOutlierDetection? OutlierDetection { get; init; }

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The rule's own localityLbSetting, or null: the mesh's.</summary>
    public bool? LocalityLoadBalancing { get; init; }

    public MeshLocalityRules? Locality { get; init; }

    /// <summary>What requests are told apart by to send those that are alike to the same endpoint; null: <see cref="LoadBalancer"/> decides.</summary>
    public MeshConsistentHash? ConsistentHash { get; init; }

    public MeshConnectionLimits? Limits { get; init; }

    /// <summary>How new endpoints get their share little by little; null: at once.</summary>
    public MeshWarmup? Warmup { get; init; }

    /// <summary>TLS towards servers outside the mesh.</summary>
    public MeshClientTls? Tls { get; init; }

    /// <summary>Policies of single ports, which replace this one whole.</summary>
    public ImmutableDictionary<int, MeshTrafficPolicy> Ports { get; init; } = ImmutableDictionary<int, MeshTrafficPolicy>.Empty;
}
