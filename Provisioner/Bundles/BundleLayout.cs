namespace Provisioner.Bundles;

/// <summary>Where a bundle keeps what; a loaded bundle has the same folders, for one platform.</summary>
internal static class BundleLayout
{
    /// <summary>What is in it, with digests; also the mark of a whole bundle.</summary>
    public const string Manifest = "bundle.json";

    /// <summary>Image archives for the nodes, below a folder per platform in the bundle.</summary>
    public const string Images = "images";

    /// <summary>Image archives for the container engine, below a folder per platform in the bundle.</summary>
    public const string Engine = "engine";

    /// <summary>Istio's charts.</summary>
    public const string Charts = "charts";

    /// <summary>Packages of the dashboard.</summary>
    public const string Dashboard = "dashboard";

    /// <summary>Where a bundle is loaded to, beside the dashboard of this user.</summary>
    public static string Home { get; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "lab", "bundle");

    /// <summary>Where AppHost keeps the archives of the images that it builds.</summary>
    public static string OwnImages { get; } = Path.Combine(Path.GetDirectoryName(Home)!, "images");

    /// <summary>Where charts are kept that this machine has fetched.</summary>
    public static string ChartCache { get; } = Path.Combine(Path.GetDirectoryName(Home)!, "charts");

    /// <summary><c>linux/arm64</c> as a folder: <c>linux-arm64</c>.</summary>
    public static string FolderOf(string platform) => platform.Replace('/', '-');

    /// <summary>The path of a bundle's file once it is loaded: without its platform's folder.</summary>
    public static string LoadedPath(BundleFile file) =>
        file.Platform is { } platform ? file.Path.Replace($"/{FolderOf(platform)}/", "/", StringComparison.Ordinal) : file.Path;
}
