namespace Provisioner.Bundles;

/// <summary>Where a bundle is made from.</summary>
/// <param name="Charts">Istio's chart repository.</param>
/// <param name="Releases">k3s's releases.</param>
/// <param name="OwnImages">Folder of the archives of the lab's own images.</param>
/// <param name="Packages">The user's NuGet packages, where the dashboard is once a lab has run.</param>
internal sealed record BundleSources(string Charts, string Releases, string OwnImages, string Packages);
