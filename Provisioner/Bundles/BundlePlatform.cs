using System.Runtime.InteropServices;

namespace Provisioner.Bundles;

/// <summary>Platforms as images name them.</summary>
internal static class BundlePlatform
{
    public static string OfThisMachine() => RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64";

    /// <exception cref="LabException">One of them is not among those that Istio's images are made for.</exception>
    public static IReadOnlyList<string> Parse(string text)
    {
        var platforms = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct().ToArray();
        return platforms.Length > 0 && platforms.All(BundleContents.Platforms.Contains)
            ? platforms
            : throw new LabException($"the platform '{text}' does not exist", $"Give {string.Join(" or ", BundleContents.Platforms)}, or both with a comma");
    }
}
