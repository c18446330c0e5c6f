using Emulator.Api.CustomResources;
using Emulator.Api.Discovery;
using Emulator.Api.Resources;
using Emulator.Api.Schemas;
using Emulator.Api.Security;
using Emulator.Api.Server;
using Emulator.Api.Subresources;
using Emulator.Api.Tables;
using Emulator.Storage;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Emulator.Api;

internal static class ApiServices
{
    /// <summary>The Kubernetes API of the cluster, listening once the host runs.</summary>
    public static IServiceCollection AddApi(this IServiceCollection services) => services
        .AddFallbackSchema()
        .AddSecurity()
        .AddEndpoints()
        .AddCustomResources()
        .AddKestrel()
        .AddSingleton<ApiAddress>()
        .AddSingleton<Readiness>()
        .AddSingleton<Bootstrap>()
        .AddSingleton<ApiFaults>()
        .AddSingleton<ApiApplication>()
        .AddHostedService<ApiServer>();

    private static IServiceCollection AddFallbackSchema(this IServiceCollection services)
    {
        services.TryAddSingleton<IProtobufReader, NoSchema>();
        services.TryAddSingleton<IFieldValidation, NoSchema>();
        services.TryAddSingleton<IOpenApiSource, NoSchema>();
        services.TryAddSingleton<IVersionConverter, NoSchema>();
        services.TryAddSingleton<IPatcher, PlainPatcher>();
        return services;
    }

    private static IServiceCollection AddKestrel(this IServiceCollection services)
    {
        new KestrelRegistration(services.AddMetrics()).UseKestrelCore();
        return services;
    }

    private static IServiceCollection AddSecurity(this IServiceCollection services) => services
        .AddSingleton<ClusterAuthority>()
        .AddSingleton<ServiceAccountTokens>()
        .AddSingleton<StaticTokens>()
        .AddSingleton<Authenticator>()
        .AddSingleton<RbacAuthorizer>();

    private static IServiceCollection AddEndpoints(this IServiceCollection services) => services
        .AddSingleton<SystemEndpoints>()
        .AddSingleton<DiscoveryEndpoint>()
        .AddSingleton<OpenApiEndpoint>()
        .AddSingleton<TableColumns>()
        .AddSingleton<TableWriter>()
        .AddSingleton<ObjectEncoder>()
        .AddSingleton<RequestBody>()
        .AddSingleton<ListEndpoint>()
        .AddSingleton<WatchEndpoint>()
        .AddSingleton<WriteEndpoints>()
        .AddSingleton<DeleteEndpoints>()
        .AddSingleton<ResourceEndpoints>()
        .AddSingleton<SubresourceEndpoints>();

    private static IServiceCollection AddCustomResources(this IServiceCollection services) => services
        .AddSingleton<IAdmission, CustomResourceRegistrar>()
        .AddHostedService<CustomResourceCleaner>();
}
