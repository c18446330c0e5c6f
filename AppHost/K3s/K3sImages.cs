namespace AppHost.K3s;

/// <summary>The images that a lab on k3s is made of.</summary>
internal static class K3sImages
{
    /// <summary>Kubernetes 1.36, the newest that Istio 1.30 supports.</summary>
    public const string K3s = "docker.io/rancher/k3s:v1.36.2-k3s1";

    /// <summary>The name under which nodes find whereami. No registry has it: it is built here, or comes with a bundle.</summary>
    public const string Whereami = "docker.io/lab/whereami:1.0";

    /// <summary>The OTLP relay of a cluster; as whereami's.</summary>
    public const string Relay = "docker.io/lab/relay:1.0";

    /// <summary>What the nodes run besides; fetched once by the engine rather than by each node. The release that Provisioner installs.</summary>
    public static readonly IReadOnlyList<string> Istio = ["registry.istio.io/release/pilot:1.30.3", "registry.istio.io/release/proxyv2:1.30.3"];
}
