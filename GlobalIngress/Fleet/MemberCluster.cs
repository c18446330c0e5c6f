using GlobalIngress.Kubernetes;
using GlobalIngress.Resources;

namespace GlobalIngress.Fleet;

/// <summary>What is known of one member cluster.</summary>
internal sealed class MemberCluster(Member member, KubeconfigFile kubeconfig, Action changed, ILogger logger)
{
    public Member Member => member;

    /// <summary>The derived Services only.</summary>
    public Informer Services { get; } = new(
        kubeconfig, member.Name, KubeResource.Services, $"labelSelector={DerivedService.ManagedByLabel}%3D{DerivedService.ManagedBy}", changed, logger);

    public Informer EndpointSlices { get; } = new(kubeconfig, member.Name, KubeResource.EndpointSlices, "", changed, logger);

    public Informer Nodes { get; } = new(kubeconfig, member.Name, KubeResource.Nodes, "", changed, logger);

    public MemberApi Api { get; } = new(kubeconfig, member.Name);

    /// <summary>A client; throws <see cref="KubeException"/> where the kubeconfig does not know the cluster.</summary>
    public KubeClient Client() => Api.Client();

    public Task RunAsync(CancellationToken cancellation) =>
        Task.WhenAll(Services.RunAsync(cancellation), EndpointSlices.RunAsync(cancellation), Nodes.RunAsync(cancellation));
}
