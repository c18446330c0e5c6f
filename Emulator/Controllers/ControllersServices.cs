namespace Emulator.Controllers;

internal static class ControllersServices
{
    public static IServiceCollection AddControllerLoops(this IServiceCollection services) => services;
}
