using Emulator.DataPlane.Proxy;
using Emulator.Nodes;

namespace Emulator.DataPlane;

internal static class DataPlaneServices
{
    public static IServiceCollection AddDataPlane(this IServiceCollection services) => services.AddSingleton<IContainerImage, ProxyImage>();
}
