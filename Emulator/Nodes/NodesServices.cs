using Emulator.Api.Server;
using Emulator.Controllers;
using Emulator.Nodes.Samples;
using Emulator.Storage;

namespace Emulator.Nodes;

internal static class NodesServices
{
    public static IServiceCollection AddNodes(this IServiceCollection services)
    {
        services.AddSingleton<NodePool>();
        services.AddHostedService(provider => provider.GetRequiredService<NodePool>());
        services.AddSingleton<IReadinessCheck, NodeReadiness>();
        services.AddSingleton<IAdmission, LimitRanges>();
        services.AddSingleton<IAdmission, LimitRangeCheck>();
        services.AddSingleton<IAdmission, PodPriority>();
        services.AddSingleton<IAdmission, PodDefaults>();
        services.AddSingleton<PodLogs>();
        services.AddSingleton<IPodLogs>(provider => provider.GetRequiredService<PodLogs>());
        services.AddSingleton<MetadataServers>();
        services.AddSingleton<IContainerImage, WhereamiImage>();
        services.AddSingleton<IContainerImage, SampleImage>();
        services.AddSingleton<IContainerImage, TcpEchoImage>();
        services.AddSingleton<IContainerImage, ShellImage>();
        services.AddSingleton<VolumeContents>();
        services.AddSingleton<PodEgressFactory>();
        services.AddSingleton<ShellHost>();
        services.AddSingleton<Kubelet>();
        services.AddSingleton<IPodCommands>(provider => provider.GetRequiredService<Kubelet>());
        services.AddSingleton<ResourceMetrics>();
        services.AddHostedService<UsageSampler>();
        services.AddSingleton<IController, CordonController>();
        services.AddSingleton<IController, Scheduler>();
        services.AddSingleton<IController>(provider => provider.GetRequiredService<Kubelet>());
        return services;
    }
}
