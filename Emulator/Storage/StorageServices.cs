namespace Emulator.Storage;

internal static class StorageServices
{
    public static IServiceCollection AddStorage(this IServiceCollection services)
    {
        services.AddSingleton<ObjectStore>();
        services.AddSingleton<ResourceCatalog>();
        services.AddSingleton<Registry>();
        services.AddSingleton(TimeProvider.System);
        return services;
    }
}
