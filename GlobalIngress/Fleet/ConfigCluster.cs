using GlobalIngress.Kubernetes;

namespace GlobalIngress.Fleet;

/// <summary>What is known of the cluster that holds the configuration.</summary>
internal sealed class ConfigCluster(string name, KubeconfigFile kubeconfig, Action changed, ILogger logger)
{
    public Informer Services { get; } = new(kubeconfig, name, KubeResource.MultiClusterServices, "", changed, logger);

    public Informer Ingresses { get; } = new(kubeconfig, name, KubeResource.MultiClusterIngresses, "", changed, logger);

    public Informer BackendConfigs { get; } = new(kubeconfig, name, KubeResource.BackendConfigs, "", changed, logger);

    public bool IsSynced => Services.IsSynced && Ingresses.IsSynced && BackendConfigs.IsSynced;

    public KubeClient Client() => kubeconfig.Client(name);

    public Task RunAsync(CancellationToken cancellation) =>
        Task.WhenAll(Services.RunAsync(cancellation), Ingresses.RunAsync(cancellation), BackendConfigs.RunAsync(cancellation));
}
