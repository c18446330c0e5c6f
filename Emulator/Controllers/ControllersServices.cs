namespace Emulator.Controllers;

internal static class ControllersServices
{
    public static IServiceCollection AddControllers(this IServiceCollection services) => services;
}
