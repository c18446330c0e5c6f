using Containers;

namespace Provisioner.Mesh.Istio;

/// <summary>The release of Istio that the lab pins, and the names that it gives to what it installs.</summary>
internal static class IstioRelease
{
    public const string Version = PinnedImages.IstioVersion;

    /// <summary>What namespaces ask for with <c>istio.io/rev</c>, in the form that ASM gives its revisions.</summary>
    public const string Revision = "1-30-3";

    /// <summary>Where the charts are when there is no bundle.</summary>
    public const string ChartRepository = "https://istio-release.storage.googleapis.com/charts";

    /// <summary>The Deployment that the chart makes for a revision.</summary>
    public const string ControlPlane = $"istiod-{Revision}";

    public static readonly IReadOnlyList<string> Charts = ["base", "istiod"];

    /// <summary>The name under which a bundle keeps a chart.</summary>
    public static string Archive(string chart) => $"{chart}-{Version}.tgz";
}
