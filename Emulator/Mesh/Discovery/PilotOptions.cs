namespace Emulator.Mesh.Discovery;

/// <summary>What the Deployment tells its istiod.</summary>
internal sealed record PilotOptions
{
    public required string Pod { get; init; }

    public required string Namespace { get; init; }

    public required string Revision { get; init; }

    /// <summary>The cluster's own name in the mesh (<c>multiCluster.clusterName</c>).</summary>
    public required string Cluster { get; init; }

    /// <summary>The sidecar image that goes with this istiod.</summary>
    public required string ProxyImage { get; init; }

    /// <summary>The version in the image's tag.</summary>
    public required string Version { get; init; }

    public static PilotOptions From(IReadOnlyDictionary<string, string> environment, string image, string pod, string ns) => new()
    {
        Pod = environment.GetValueOrDefault("POD_NAME") is { Length: > 0 } name ? name : pod,
        Namespace = environment.GetValueOrDefault("POD_NAMESPACE") is { Length: > 0 } own ? own : ns,
        Revision = environment.GetValueOrDefault("REVISION") is { Length: > 0 } revision ? revision : "default",
        // Istio's own default for a cluster that nobody named.
        Cluster = environment.GetValueOrDefault("CLUSTER_ID") is { Length: > 0 } cluster ? cluster : "Kubernetes",
        ProxyImage = image.Replace("pilot", "proxyv2", StringComparison.Ordinal),
        Version = image.Split('/')[^1].Split(':') is [_, var tag] ? tag : "unknown",
    };
}
