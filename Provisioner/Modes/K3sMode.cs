using Containers;
using Provisioner.Bundles;
using Provisioner.Clusters;
using Provisioner.Clusters.K3s;
using Provisioner.Mesh;
using Provisioner.Mesh.Istio;
using Provisioner.MultiClusterIngress;
using Provisioner.Plan;
using Provisioner.Stages;
using Provisioner.Telemetry;

namespace Provisioner.Modes;

/// <summary>k3s in containers, Istio from its charts, and the lab's own global ingress.</summary>
internal sealed class K3sMode : ILabMode
{
    public string Name => "k3s";

    public void AddDrivers(IServiceCollection services)
    {
        services.AddSingleton(provider => new ContainerEngine(provider.GetRequiredService<LabPlan>().K3s?.Engine ?? "docker"));
        services.AddSingleton<K3sNodes>();
        services.AddSingleton(provider => SettingsOf(provider.GetRequiredService<LabPlan>()));
        services.AddSingleton(provider => new ChartArchives(
            provider.GetRequiredService<LabPlan>().K3s?.BundleDirectory is { } bundle ? Path.Combine(bundle, BundleLayout.Charts) : null,
            BundleLayout.ChartCache,
            new Uri(IstioRelease.ChartRepository),
            provider.GetRequiredService<ILogger<ChartArchives>>()));
        services.AddSingleton<IChartInstaller, HelmObjectInstaller>();
        services.AddSingleton<IClusterDriver, K3sClusterDriver>();
        services.AddSingleton<IMeshDriver, IstioMeshDriver>();
        services.AddSingleton<IGlobalIngressDriver, EmbeddedGlobalIngress>();
        services.AddHostedService<AddressReconciler>();
        services.AddHostedService<RelayDrain>();
    }

    internal static MeshSettings SettingsOf(LabPlan plan) => new(plan.K3s?.RelayImage, plan.K3s?.BundleDirectory is not null);
}
