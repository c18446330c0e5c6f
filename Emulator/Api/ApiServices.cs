namespace Emulator.Api;

internal static class ApiServices
{
    public static IServiceCollection AddApi(this IServiceCollection services) => services;
}
