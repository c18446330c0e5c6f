using Emulator.Storage;

namespace Emulator.Controllers;

internal static class ControllersServices
{
    public static IServiceCollection AddControllerLoops(this IServiceCollection services)
    {
        services.AddSingleton<Informers>();
        services.AddSingleton<EventRecorder>();
        services.AddSingleton<IAdmission, ServiceAddresses>();
        services.AddSingleton<IAdmission, QuotaAdmission>();
        services.AddSingleton<IAdmission, JobLabels>();
        services.AddSingleton<ClientCertificates>();
        services.AddSingleton<IAdmission, CertificateStrategy>();
        services.AddSingleton<IController, DeploymentController>();
        services.AddSingleton<IController, ReplicaSetController>();
        services.AddSingleton<IController, EndpointSliceController>();
        services.AddSingleton<IController, EndpointsController>();
        services.AddSingleton<IController, LoadBalancerController>();
        services.AddSingleton<IController, NamespaceController>();
        services.AddSingleton<IController, NamespaceDefaults>();
        services.AddSingleton<IController, GarbageCollector>();
        services.AddSingleton<IController, DisruptionController>();
        services.AddSingleton<IController, HorizontalAutoscaler>();
        services.AddSingleton<IController, PodRouteController>();
        services.AddSingleton<IController, QuotaController>();
        services.AddSingleton<IController, RoleAggregator>();
        services.AddSingleton<IController, JobController>();
        services.AddSingleton<IController, CertificateSigner>();
        services.AddHostedService(provider => provider.GetRequiredService<EventRecorder>());
        services.AddHostedService<ControllerHost>();
        return services;
    }
}
