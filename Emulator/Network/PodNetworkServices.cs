using Emulator.Telemetry;

namespace Emulator.Network;

internal static class PodNetworkServices
{
    public static IServiceCollection AddPodNetwork(this IServiceCollection services)
    {
        services.AddSingleton<PodRoutes>();
        services.AddSingleton<PodNetwork>();
        services.AddSingleton<IPodNetwork>(provider => provider.GetRequiredService<PodNetwork>());
        services.AddHostedService(provider => provider.GetRequiredService<PodNetwork>());
        services.AddSingleton<ClusterAddresses>();
        services.AddSingleton<PlainOutbound>();
        services.AddSingleton<OtlpExporter>();
        services.AddSingleton<PodTelemetry>();
        services.AddHostedService<TraceExportLoop>();
        return services;
    }
}
