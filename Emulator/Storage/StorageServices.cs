using Emulator.Storage.Durability;
using ServiceDefaults;

namespace Emulator.Storage;

internal static class StorageServices
{
    public static IServiceCollection AddStorage(this IServiceCollection services)
    {
        services.AddSingleton(provider => new ObjectStore(OpenLog(provider)));
        services.AddSingleton<IReleasable>(provider => provider.GetRequiredService<ObjectStore>());
        services.AddSingleton<ResourceCatalog>();
        services.AddSingleton<Registry>();
        services.AddSingleton(TimeProvider.System);
        return services;
    }

    private static WriteAheadLog? OpenLog(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<ClusterOptions>();
        return options.Keep
            ? WriteAheadLog.Open(Path.Combine(options.StateDirectory, "log"), provider.GetRequiredService<ILogger<WriteAheadLog>>())
            : null;
    }
}
