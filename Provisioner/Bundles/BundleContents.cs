using Containers;
using Provisioner.Mesh.Istio;

namespace Provisioner.Bundles;

/// <summary>What a lab on k3s needs from the network, pinned.</summary>
internal static class BundleContents
{
    public static readonly IReadOnlyList<string> Platforms = ["linux/amd64", "linux/arm64"];

    /// <summary>k3s's own archive for machines without a network: pause, CoreDNS, the service load balancer, klipper-helm.</summary>
    public static string AirgapArchive(string platform) => $"k3s-airgap-images-{Architecture(platform)}.tar.zst";

    /// <summary>k3s's own list of the digests of its release.</summary>
    public static string AirgapDigests(string platform) => $"sha256sum-{Architecture(platform)}.txt";

    public static Uri AirgapAddress(string releases, string file) => new($"{releases}/{Uri.EscapeDataString(PinnedImages.ReleaseOf(PinnedImages.K3sVersion))}/{file}");

    public static Uri ChartAddress(string repository, string chart) => new($"{repository}/{IstioRelease.Archive(chart)}");

    /// <summary>The file name of an image's archive.</summary>
    public static string ArchiveOf(string image) => $"{image.Split('/')[^1].Replace(':', '-')}.tar";

    public static string Architecture(string platform) => platform.Split('/')[^1];
}
