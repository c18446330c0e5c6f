namespace Emulator.Schema;

internal static class SchemaServices
{
    public static IServiceCollection AddSchema(this IServiceCollection services)
    {
        services.AddSingleton<ObjectSchemas>();
        return services;
    }
}
