using Provisioner.Clusters;
using Provisioner.Stages;

namespace Provisioner.Mesh.Istio;

/// <summary>Who brings Istio's charts into a cluster.</summary>
internal interface IChartInstaller
{
    /// <summary>What it installs with, for its user to read.</summary>
    string Name { get; }

    /// <summary>What of its tools is missing, before anything is made.</summary>
    Task<IReadOnlyList<Problem>> PreflightAsync(CancellationToken cancellation);

    /// <summary>Whether exactly this chart with these values is installed.</summary>
    Task<bool> IsInstalledAsync(LabCluster cluster, IstioChart chart, CancellationToken cancellation);

    /// <exception cref="LabException">It could not be installed; says what Helm said.</exception>
    Task InstallAsync(LabCluster cluster, IstioChart chart, Progress progress, CancellationToken cancellation);

    Task UninstallAsync(LabCluster cluster, IstioChart chart, Progress progress, CancellationToken cancellation);

    /// <summary>Command lines that install it.</summary>
    IReadOnlyList<string> ByHand(LabCluster cluster, IstioChart chart);
}
