using GlobalIngress.Kubernetes;

namespace GlobalIngress.Fleet;

/// <summary>What is known of the cluster that holds the configuration.</summary>
internal sealed class ConfigCluster(string name, KubeconfigFile kubeconfig, Action changed, ILogger logger)
{
    public Informer Services { get; } = new(kubeconfig, name, KubeResource.MultiClusterServices, "", changed, logger);

    public Informer Ingresses { get; } = new(kubeconfig, name, KubeResource.MultiClusterIngresses, "", changed, logger);

    public Informer BackendConfigs { get; } = new(kubeconfig, name, KubeResource.BackendConfigs, "", changed, logger);

    public Informer FrontendConfigs { get; } = new(kubeconfig, name, KubeResource.FrontendConfigs, "", changed, logger);

    /// <summary>Certificates only.</summary>
    public Informer Secrets { get; } = new(kubeconfig, name, KubeResource.Secrets, "fieldSelector=type%3Dkubernetes.io%2Ftls", changed, logger);

    /// <summary>Whether everything has been read that an ingress needs; a cluster may not know the kind FrontendConfig.</summary>
    public bool IsSynced => Services.IsSynced && Ingresses.IsSynced && BackendConfigs.IsSynced && Secrets.IsSynced;

    public KubeClient Client() => kubeconfig.Client(name);

    public Task RunAsync(CancellationToken cancellation) => Task.WhenAll(
        new[] { Services, Ingresses, BackendConfigs, FrontendConfigs, Secrets }.Select(informer => informer.RunAsync(cancellation)));
}
