using Provisioner.Clusters;
using Provisioner.Clusters.Existing;
using Provisioner.Mesh;
using Provisioner.Mesh.Istio;
using Provisioner.MultiClusterIngress;
using Provisioner.Plan;
using Provisioner.Stages;
using Provisioner.Tools;

namespace Provisioner.Modes;

/// <summary>Clusters of the user's, Istio by the user's helm or istioctl, and the lab's own global ingress.</summary>
internal sealed class ExistingMode : ILabMode
{
    public string Name => "existing";

    public void AddDrivers(IServiceCollection services)
    {
        services.AddSingleton(new MeshSettings(RelayImage: null, Offline: false));
        services.AddSingleton<IClusterDriver, ExistingClusterDriver>();
        services.AddSingleton<IChartInstaller>(Installer);
        services.AddSingleton<IMeshDriver, IstioMeshDriver>();
        services.AddSingleton<IGlobalIngressDriver, EmbeddedGlobalIngress>();
    }

    // helm is what most people have; istioctl only where it is alone.
    private static IChartInstaller Installer(IServiceProvider services)
    {
        var plan = services.GetRequiredService<LabPlan>();
        return Programs.Find("helm") is null && Programs.Find("istioctl") is not null
            ? new IstioctlInstaller(plan, services.GetRequiredService<ILogger<IstioctlInstaller>>())
            : new HelmProgramInstaller(plan, services.GetRequiredService<ILogger<HelmProgramInstaller>>());
    }
}
