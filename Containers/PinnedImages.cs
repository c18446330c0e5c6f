namespace Containers;

/// <summary>The images that a lab on k3s is made of, pinned: what is started, what nodes import, what a bundle holds.</summary>
public static class PinnedImages
{
    /// <summary>Kubernetes 1.36, the newest that Istio 1.30 supports; as the image names it, where the release itself has a plus for the last hyphen.</summary>
    public const string K3sVersion = "v1.36.2-k3s1";

    public const string K3s = $"docker.io/rancher/k3s:{K3sVersion}";

    public const string IstioVersion = "1.30.3";

    /// <summary>The charts' own default since 1.30.</summary>
    public const string IstioHub = "registry.istio.io/release";

    /// <summary>What the nodes run besides k3s's own; fetched once by the engine rather than by each node.</summary>
    public static readonly IReadOnlyList<string> Istio = [$"{IstioHub}/pilot:{IstioVersion}", $"{IstioHub}/proxyv2:{IstioVersion}"];
}
