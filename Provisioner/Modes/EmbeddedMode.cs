using Provisioner.Clusters;
using Provisioner.Mesh;
using Provisioner.MultiClusterIngress;
using Provisioner.Stages;

namespace Provisioner.Modes;

/// <summary>Clusters, mesh and global ingress are the lab's own programs.</summary>
internal sealed class EmbeddedMode : ILabMode
{
    public string Name => "embedded";

    public void AddDrivers(IServiceCollection services)
    {
        services.AddSingleton<IClusterDriver, EmbeddedClusterDriver>();
        services.AddSingleton<IMeshDriver, EmbeddedMeshDriver>();
        services.AddSingleton<IGlobalIngressDriver, EmbeddedGlobalIngress>();
    }
}
