namespace Containers;

/// <summary>The images that a lab on k3s is made of, pinned: what is started, what nodes import, what a bundle holds.</summary>
public static class PinnedImages
{
    /// <summary>Kubernetes 1.36, the newest that Istio 1.30 supports; as the image names it.</summary>
    public const string K3sVersion = "v1.36.2-k3s1";

    public const string K3s = $"docker.io/rancher/k3s:{K3sVersion}";

    /// <summary>The image of a version, as images name versions.</summary>
    public static string K3sOf(string version) => $"docker.io/rancher/k3s:{version}";

    /// <summary>Where k3s's releases keep what belongs to them.</summary>
    public const string K3sReleases = "https://github.com/k3s-io/k3s/releases/download";

    public const string IstioVersion = "1.30.3";

    /// <summary>The charts' own default since 1.30.</summary>
    public const string IstioHub = "registry.istio.io/release";

    /// <summary>The name of the release that an image's tag stands for.</summary>
    public static string ReleaseOf(string tag) => $"{tag[..tag.LastIndexOf('-')]}+{tag[(tag.LastIndexOf('-') + 1)..]}";

    /// <summary>What the nodes run besides k3s's own; fetched once by the engine rather than by each node.</summary>
    public static readonly IReadOnlyList<string> Istio = [$"{IstioHub}/pilot:{IstioVersion}", $"{IstioHub}/proxyv2:{IstioVersion}"];
}
