namespace Emulator.DataPlane;

internal static class DataPlaneServices
{
    public static IServiceCollection AddDataPlane(this IServiceCollection services) => services;
}
