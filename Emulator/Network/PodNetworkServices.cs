namespace Emulator.Network;

internal static class PodNetworkServices
{
    public static IServiceCollection AddPodNetwork(this IServiceCollection services) => services;
}
