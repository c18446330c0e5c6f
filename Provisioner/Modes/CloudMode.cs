using Provisioner.Clusters;
using Provisioner.Clusters.Gke;
using Provisioner.Clusters.Gke.Down;
using Provisioner.Mesh;
using Provisioner.Mesh.InCluster;
using Provisioner.Mesh.Managed;
using Provisioner.MultiClusterIngress;
using Provisioner.Operations;
using Provisioner.Plan;
using Provisioner.Stages;
using Provisioner.Telemetry;
using Provisioner.Tools.Gcloud;

namespace Provisioner.Modes;

/// <summary>Clusters, mesh and global ingress are Google's, or in a rehearsal those of GoogleEmulator: the same code, the same gcloud.</summary>
internal sealed class CloudMode(string name) : ILabMode
{
    public const string Gke = "gke";

    public const string Rehearsal = "rehearsal";

    public string Name => name;

    public void AddDrivers(IServiceCollection services)
    {
        AddGcloud(services);
        services.AddSingleton<CloudLab>();
        services.AddSingleton(provider => RecordOf(provider.GetRequiredService<CloudLab>()));
        services.AddSingleton<CloudPermissions>();
        services.AddSingleton<CloudPreflight>();
        services.AddSingleton<CloudFirewall>();
        services.AddSingleton<CloudDown>();
        services.AddSingleton<CloudOperations>();
        services.AddSingleton<RunTimes>();
        services.AddHostedService<CloudMirror>();
        services.AddHostedService<RelayDrain>();
        services.AddSingleton<GkeClusterSteps>();
        services.AddSingleton<Fleet>();
        services.AddSingleton<Asmcli>();
        services.AddSingleton<ManagedMeshDriver>();
        services.AddSingleton<InClusterMeshDriver>();
        services.AddSingleton<IClusterDriver, GkeClusterDriver>();
        services.AddSingleton<IMeshDriver>(provider => provider.GetRequiredService<CloudLab>().Cloud.Mesh == CloudPlan.InCluster
            ? provider.GetRequiredService<InClusterMeshDriver>()
            : provider.GetRequiredService<ManagedMeshDriver>());
        services.AddSingleton<IGlobalIngressDriver, FleetIngress>();
    }

    /// <summary>gcloud and what it needs; also for commands that run without a lab.</summary>
    public static void AddGcloud(IServiceCollection services)
    {
        services.AddSingleton(provider => new GcloudEnvironment(provider.GetRequiredService<LabPlan>().Cloud!));
        services.AddSingleton(provider => new GcloudCalls(provider.GetRequiredService<LabPlan>().Directory));
        services.AddSingleton<IGcloudCli, GcloudCli>();
        services.AddSingleton<GcloudClient>();
    }

    private static CloudRecordFile RecordOf(CloudLab cloud) => new(cloud.Cloud.RehearsalDirectory ?? cloud.Plan.Directory, new CloudRecord
    {
        Name = cloud.Plan.Name,
        FleetProject = cloud.Fleet,
        Projects = [.. cloud.Projects],
        Clusters = cloud.Names,
        CostPerHour = CloudCost.PerHour(cloud.Cloud, [.. cloud.Plan.Clusters]),
    });
}
