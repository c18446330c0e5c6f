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

/// <summary>One Gateway object; it applies to the pods that <see cref="Selector"/> matches.</summary>
internal sealed record MeshGateway(string Namespace, string Name, ImmutableDictionary<string, string> Selector, ImmutableArray<MeshGatewayServer> Servers)
{
    /// <summary>The only namespace whose pods it applies to; null: those of all.</summary>
    public string? PodNamespace { get; init; }
}

/// <param name="Hosts">Host names with an optional <c>namespace/</c> in front and <c>*</c> as wildcard.</param>
internal sealed record MeshGatewayServer(int Port, string Protocol, ImmutableArray<string> Hosts, MeshGatewayTls? Tls);

/// <param name="Mode">SIMPLE, MUTUAL, OPTIONAL_MUTUAL, PASSTHROUGH, AUTO_PASSTHROUGH or ISTIO_MUTUAL.</param>
/// <param name="ClientRootsPem">The authorities that clients' certificates must come from.</param>
internal sealed record MeshGatewayTls(string Mode, string? CertificatePem, string? KeyPem, bool HttpsRedirect, string? ClientRootsPem = null)
{
    /// <summary>Whether clients must not speak less than TLS 1.3 (<c>minProtocolVersion</c>).</summary>
    public bool OnlyTls13 { get; init; }

    /// <summary>Whether clients must not speak more than TLS 1.2 (<c>maxProtocolVersion</c>).</summary>
    public bool OnlyTls12 { get; init; }
}

internal sealed record MeshVirtualService(
    string Namespace, string Name, ImmutableArray<string> Hosts, ImmutableArray<string> Gateways, ImmutableArray<MeshHttpRoute> Http)
{
    /// <summary>Rules for raw TCP connections, and for TLS connections by their server name.</summary>
    public ImmutableArray<MeshStreamRoute> Streams { get; init; } = [];

    /// <summary>The namespaces that see it; empty: all.</summary>
    public ImmutableArray<string> ExportTo { get; init; } = [];
}

/// <summary>One HTTP rule of a VirtualService: the first whose match holds wins; no match means it always holds.</summary>
internal sealed record MeshHttpRoute
{
    public string Name { get; init; } = "";

    public ImmutableArray<MeshHttpMatch> Matches { get; init; } = [];

    public ImmutableArray<MeshDestination> Destinations { get; init; } = [];

    public MeshRedirect? Redirect { get; init; }

    /// <summary>The fixed answer of a directResponse rule.</summary>
    public (int Status, string Body)? DirectResponse { get; init; }

    public (string? Uri, string? Authority)? Rewrite { get; init; }

    /// <summary>What of the path is replaced (RE2), and by what, with <c>\1</c> for the first group.</summary>
    public (string Match, string Rewrite)? RegexRewrite { get; init; }

    public TimeSpan? Timeout { get; init; }

    /// <summary>Attempts after the first; Istio's default is 2, on connect failures and resets.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>Whether further attempts may go where those before went (<c>retryIgnorePreviousHosts: false</c>).</summary>
    public bool RetriesAnywhere { get; init; }

    public string RetryOn { get; init; } = "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes";

    /// <summary>The limit of each attempt; null: the route's <see cref="Timeout"/> is for all of them together.</summary>
    public TimeSpan? PerTryTimeout { get; init; }

    public (double Percent, TimeSpan Delay)? Delay { get; init; }

    public (double Percent, int Status)? Abort { get; init; }

    /// <summary>A fault that gRPC clients see as a status of theirs, and others as the HTTP status it stands for.</summary>
    public (double Percent, int Code)? GrpcAbort { get; init; }

    /// <summary>The first pause before a further attempt, which doubles each time; null: at once.</summary>
    public TimeSpan? Backoff { get; init; }

    public ImmutableArray<MeshMirror> Mirrors { get; init; } = [];

    public MeshCorsPolicy? Cors { get; init; }

    public MeshHeaderOperations Headers { get; init; } = new();
}

/// <summary>All conditions of one match hold together.</summary>
internal sealed record MeshHttpMatch
{
    public MeshStringMatch? Uri { get; init; }

    /// <summary>Whether exact and prefix matches of <see cref="Uri"/> ignore case.</summary>
    public bool IgnoreUriCase { get; init; }

    public MeshStringMatch? Scheme { get; init; }

    public MeshStringMatch? Method { get; init; }

    public MeshStringMatch? Authority { get; init; }

    /// <summary>By header name in lower case.</summary>
    public ImmutableDictionary<string, MeshStringMatch> Headers { get; init; } = ImmutableDictionary<string, MeshStringMatch>.Empty;

    /// <summary>Headers that must not match; a regex <c>*</c> is any value.</summary>
    public ImmutableDictionary<string, MeshStringMatch> WithoutHeaders { get; init; } = ImmutableDictionary<string, MeshStringMatch>.Empty;

    public ImmutableDictionary<string, MeshStringMatch> QueryParameters { get; init; } = ImmutableDictionary<string, MeshStringMatch>.Empty;

    public int? Port { get; init; }

    /// <summary>Labels the calling pod must have.</summary>
    public ImmutableDictionary<string, string> SourceLabels { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The namespace the calling pod must be in, or null.</summary>
    public string? SourceNamespace { get; init; }

    /// <summary>Gateways (<c>namespace/name</c> or <c>mesh</c>) this match is for; empty: all of the virtual service's.</summary>
    public ImmutableArray<string> Gateways { get; init; } = [];
}

/// <param name="Kind">exact, prefix, regex, or segments: a prefix of whole path segments, without a slash at its end.</param>
internal sealed record MeshStringMatch(string Kind, string Value);

internal sealed record MeshDestination(string Host, string? Subset, int? Port, int Weight, MeshHeaderOperations Headers);

/// <param name="PrefixRewrite">What replaces the prefix that matched, instead of <paramref name="Uri"/>.</param>
/// <param name="DerivePort">FROM_PROTOCOL_DEFAULT or FROM_REQUEST_PORT.</param>
internal sealed record MeshRedirect(
    string? Uri, string? Authority, string? Scheme, int? Port, int Code, string? PrefixRewrite = null, string? DerivePort = null);

internal sealed record MeshHeaderOperations
{
    public ImmutableDictionary<string, string> RequestSet { get; init; } = ImmutableDictionary<string, string>.Empty;

    public ImmutableDictionary<string, string> RequestAdd { get; init; } = ImmutableDictionary<string, string>.Empty;

    public ImmutableArray<string> RequestRemove { get; init; } = [];

    public ImmutableDictionary<string, string> ResponseSet { get; init; } = ImmutableDictionary<string, string>.Empty;

    public ImmutableDictionary<string, string> ResponseAdd { get; init; } = ImmutableDictionary<string, string>.Empty;

    public ImmutableArray<string> ResponseRemove { get; init; } = [];
}

/// <param name="Selector">Empty: the whole namespace; and the whole mesh if the namespace is the root namespace.</param>
/// <param name="Mode">STRICT, PERMISSIVE, DISABLE or UNSET.</param>
internal sealed record MeshPeerAuthentication(
    string Namespace, string Name, ImmutableDictionary<string, string> Selector, string Mode, ImmutableDictionary<int, string> PortModes);
