using Emulator.Api.CustomResources;
using Emulator.Api.Discovery;
using Emulator.Api.Metrics;
using Emulator.Api.Namespaces;
using Emulator.Api.Resources;
using Emulator.Api.Reviews;
using Emulator.Api.Security;
using Emulator.Api.Server;
using Emulator.Api.Subresources;
using Emulator.Api.Tables;
using Emulator.Storage;

namespace Emulator.Api;

internal static class ApiServices
{
    /// <summary>The Kubernetes API of the cluster, listening once the host runs; what it knows of kinds comes from <see cref="Schema.SchemaServices.AddSchema"/>.</summary>
    public static IServiceCollection AddApi(this IServiceCollection services, ClusterOptions options) => services
        .AddSecurity(options)
        .AddEndpoints()
        .AddSubresources()
        .AddReviews()
        .AddCustomResources()
        .AddKestrel()
        .AddSingleton<ApiPort>()
        .AddSingleton<ApiAddress>()
        .AddSingleton<Readiness>()
        .AddSingleton<Bootstrap>()
        .AddSingleton<ApiFaults>()
        .AddHostedService(provider => provider.GetRequiredService<ApiFaults>())
        .AddSingleton<ApiApplication>()
        .AddHostedService<ApiServer>();

    private static IServiceCollection AddKestrel(this IServiceCollection services)
    {
        new KestrelRegistration(services.AddMetrics()).UseKestrelCore();
        return services;
    }

    private static IServiceCollection AddSecurity(this IServiceCollection services, ClusterOptions options)
    {
        // Loading the cryptographic library and making keys is a tenth of the start: it happens beside the rest of it.
        var authority = Task.Run(() => new ClusterAuthority(options));
        return services
            .AddSingleton(_ => authority.GetAwaiter().GetResult())
            .AddSingleton<ServiceAccountTokens>()
            .AddSingleton<StaticTokens>()
            .AddSingleton<Authenticator>()
            .AddSingleton<RbacAuthorizer>()
            .AddSingleton<Impersonation>()
            .AddSingleton<IAdmission, NamespaceAdmission>()
            .AddSingleton<IAdmission, CustomResourceLifecycle>()
            .AddSingleton<IAdmission, NamespaceDefaults>()
            .AddSingleton<IAdmission, RbacEscalation>()
            .AddSingleton<IAdmission, CertificateAdmission>()
            .AddHostedService<TokenSecretController>();
    }

    private static IServiceCollection AddEndpoints(this IServiceCollection services) => services
        .AddSingleton<HealthEndpoint>()
        .AddSingleton<SystemEndpoints>()
        .AddSingleton<DiscoveryEndpoint>()
        .AddSingleton<OpenApiEndpoint>()
        .AddSingleton<TableColumns>()
        .AddSingleton<ColumnDescriptions>()
        .AddSingleton<TableWriter>()
        .AddSingleton<ObjectEncoder>()
        .AddSingleton<RequestBody>()
        .AddSingleton<ListEndpoint>()
        .AddSingleton<WatchEndpoint>()
        .AddSingleton<WriteEndpoints>()
        .AddSingleton<DeleteEndpoints>()
        .AddSingleton<MetricsEndpoint>()
        .AddSingleton<ResourceEndpoints>()
        .AddSingleton<SubresourceEndpoints>();

    private static IServiceCollection AddSubresources(this IServiceCollection services) => services
        .AddSingleton<ISubresource, ScaleSubresource>()
        .AddSingleton<ISubresource, LogSubresource>()
        .AddSingleton<ISubresource, ProxySubresource>()
        .AddSingleton<ISubresource, EvictionSubresource>()
        .AddSingleton<ISubresource, BindingSubresource>()
        .AddSingleton<ISubresource, TokenSubresource>()
        .AddSingleton<ISubresource, FinalizeSubresource>()
        .AddSingleton<ISubresource, CommandSubresource>()
        .AddSingleton<ISubresource, PortForwardSubresource>()
        .AddSingleton<ISubresource, EphemeralContainersSubresource>()
        .AddSingleton<ISubresource, ApprovalSubresource>()
        .AddSingleton<ISubresource, RefusedSubresources>();

    private static IServiceCollection AddReviews(this IServiceCollection services)
    {
        void Access(string plural, string kind, bool namespaced, bool self) => services.AddSingleton<IReview>(provider =>
            new AccessReview(plural, kind, namespaced, self, provider.GetRequiredService<ReviewBody>(), provider.GetRequiredService<RbacAuthorizer>()));

        Access("selfsubjectaccessreviews", "SelfSubjectAccessReview", namespaced: false, self: true);
        Access("subjectaccessreviews", "SubjectAccessReview", namespaced: false, self: false);
        Access("localsubjectaccessreviews", "LocalSubjectAccessReview", namespaced: true, self: false);
        return services
            .AddSingleton<ReviewBody>()
            .AddSingleton<IReview, RulesReview>()
            .AddSingleton<IReview, SelfReview>()
            .AddSingleton<IReview, TokenReview>();
    }

    private static IServiceCollection AddCustomResources(this IServiceCollection services) => services
        .AddSingleton<IAdmission, CustomResourceDefaults>()
        .AddSingleton<IAdmission, CustomResourceRegistrar>()
        .AddSingleton<IAdmission, UnusedKinds>()
        .AddSingleton<GroupServices>()
        .AddSingleton<CustomResourceCleanup>()
        .AddHostedService<CustomResourceController>();
}
