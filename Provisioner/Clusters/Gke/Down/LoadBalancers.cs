using System.Text.Json.Nodes;
using Provisioner.Kubernetes;
using Provisioner.Stages;

namespace Provisioner.Clusters.Gke.Down;

/// <summary>Takes what holds load balancers out of a cluster, and waits until their controllers have let go.</summary>
internal sealed class LoadBalancers(KubeApi api, string cluster, Action<string> say)
{
    private static readonly KubeResource Services = KubeResource.Services;

    /// <summary>Deletes every MultiClusterIngress, then every MultiClusterService: the one has the forwarding rules, the other the endpoint groups.</summary>
    public async Task RemoveIngressesAsync(CancellationToken cancellation)
    {
        await RemoveAsync(KubeResource.MultiClusterIngresses, _ => true, cancellation);
        await RemoveAsync(KubeResource.MultiClusterServices, _ => true, cancellation);
    }

    public Task RemoveServicesAsync(CancellationToken cancellation) => RemoveAsync(Services, service => service["spec"]?["type"]?.ToString() == "LoadBalancer", cancellation);

    private async Task RemoveAsync(KubeResource resource, Func<JsonObject, bool> isMeant, CancellationToken cancellation)
    {
        var items = (await api.ListAsync(resource, null, "", cancellation))["items"].Objects().Where(isMeant).ToArray();
        foreach (var item in items)
        {
            await api.DeleteAsync(resource, item.Namespace(), item.Name(), cancellation);
        }

        await Polling.UntilAsync(
            async token =>
            {
                var left = (await api.ListAsync(resource, null, "", token))["items"].Objects().Where(isMeant).Select(item => item.Name()).ToArray();
                return (left.Length == 0, $"{cluster}: {resource.Kind} {string.Join(", ", left)} is being released");
            },
            new Progress(say),
            cancellation);
        foreach (var item in items)
        {
            say($"removed: {resource.Kind} {item.Namespace()}/{item.Name()} of {cluster}");
        }
    }
}
