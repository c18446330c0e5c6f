using System.Net;
using Emulator.DataPlane.Proxy;
using Emulator.Mesh;

namespace Emulator.DataPlane.Metrics;

/// <summary>What Istio's metrics say of one side of a request.</summary>
/// <remarks>Made anew for each connection and endpoint, and equal for the same peer: requests are counted by it, and what is counted must not grow with connections.</remarks>
internal sealed record PeerFacts
{
    private const string Unknown = "unknown";

    public static readonly PeerFacts Nobody = new();

    private PeerFacts()
    {
    }

    public string Workload { get; private init; } = Unknown;

    public string Namespace { get; private init; } = Unknown;

    public string Principal { get; private init; } = Unknown;

    public string App { get; private init; } = Unknown;

    public string Version { get; private init; } = Unknown;

    public string CanonicalService { get; private init; } = Unknown;

    public string CanonicalRevision { get; private init; } = "latest";

    public string Cluster { get; private init; } = Unknown;

    public static PeerFacts Of(MeshEndpoint endpoint) => Of(endpoint.Pod, endpoint.Namespace, endpoint.Labels, endpoint.Identity, endpoint.Cluster);

    public static PeerFacts Of(ProxyWorkload workload, string? principal, string cluster) => Of(workload.Pod, workload.Namespace, workload.Labels, principal, cluster);

    /// <summary>A peer of which only its certificate is known.</summary>
    public static PeerFacts Of(string? principal) =>
        principal is null ? Nobody : new PeerFacts { Principal = principal, Namespace = principal.Split('/') is [_, _, _, "ns", var ns, ..] ? ns : Unknown };

    /// <summary>Those of the pod at an address, if a service of the mesh has it, else of the certificate.</summary>
    public static PeerFacts Of(MeshSnapshot snapshot, IPAddress address, string? principal) =>
        principal is not null && snapshot.Services.Values.SelectMany(service => service.Endpoints).FirstOrDefault(endpoint => endpoint.Address.Address.Equals(address)) is { } endpoint
            ? Of(endpoint with { Identity = principal })
            : Of(principal);

    /// <summary>Of what mostly tells peers apart: it is taken for each request.</summary>
    public override int GetHashCode() => HashCode.Combine(Workload, Principal);

    private static PeerFacts Of(string pod, string ns, IReadOnlyDictionary<string, string> labels, string? principal, string cluster)
    {
        // A Deployment's pod is DEPLOYMENT-HASH-SUFFIX.
        var workload = labels.GetValueOrDefault("pod-template-hash") is { } hash && pod.LastIndexOf($"-{hash}-", StringComparison.Ordinal) is > 0 and var end ? pod[..end] : pod;
        var (app, version) = (labels.GetValueOrDefault("app"), labels.GetValueOrDefault("version"));
        return new PeerFacts
        {
            Workload = workload.Length > 0 ? workload : Unknown,
            Namespace = ns.Length > 0 ? ns : Unknown,
            Principal = principal ?? Unknown,
            App = app ?? Unknown,
            Version = version ?? Unknown,
            CanonicalService = labels.GetValueOrDefault("service.istio.io/canonical-name") ?? labels.GetValueOrDefault("app.kubernetes.io/name") ?? app ?? workload,
            CanonicalRevision = labels.GetValueOrDefault("service.istio.io/canonical-revision") ?? labels.GetValueOrDefault("app.kubernetes.io/version") ?? version ?? "latest",
            Cluster = cluster,
        };
    }
}
