using GlobalIngress.Kubernetes;

namespace GlobalIngress.LoadBalancing;

/// <summary>The way to a pod through its cluster's API server, where this machine has no route to pods.</summary>
internal sealed record ApiRoute(MemberApi Api, string Namespace, string Pod)
{
    public Task<Stream> DialAsync(int port, CancellationToken cancellation) => Api.Client().PortForwardAsync(Namespace, Pod, port, cancellation);
}
