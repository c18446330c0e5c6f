using GoogleEmulator.Container;
using Provisioner.Clusters;
using Provisioner.Kubernetes;
using Provisioner.Mesh;

namespace GoogleEmulator.Mesh;

/// <summary>Lets the managed control planes of a fleet read each other's endpoints, where <c>multicluster_mode</c> in <c>asm-options</c> is not <c>disconnected</c>.</summary>
internal sealed class EndpointDiscovery(ILogger<EndpointDiscovery> logger)
{
    private const string OwnerLabel = "istio.io/owned-by";
    private const string OwnerValue = "mesh.googleapis.com";

    public async Task ReconcileAsync(IReadOnlyList<Cluster> meshed, CancellationToken cancellation)
    {
        var connected = new List<Cluster>();
        foreach (var cluster in meshed)
        {
            if (await IsConnectedAsync(cluster, cancellation))
            {
                connected.Add(cluster);
            }
        }

        await Task.WhenAll(meshed.Select(cluster =>
            ReconcileAsync(cluster, connected.Contains(cluster) ? [.. connected.Where(peer => peer != cluster)] : [], cancellation)));
    }

    public Task ForgetAsync(Cluster cluster, CancellationToken cancellation) => ReconcileAsync(cluster, [], cancellation);

    private async Task ReconcileAsync(Cluster cluster, IReadOnlyList<Cluster> peers, CancellationToken cancellation)
    {
        var api = cluster.Process!.Api;
        var list = await api.ListAsync(KubeResource.Secrets, RemoteSecret.Namespace, $"labelSelector={Uri.EscapeDataString(OwnerLabel)}%3D{OwnerValue}", cancellation);
        var found = list["items"].Objects().Where(secret => !secret.IsBeingDeleted()).ToDictionary(secret => secret.Name());
        var wanted = peers.ToDictionary(peer => RemoteSecret.NameOf(peer.Plan.ShortName));
        foreach (var (name, peer) in wanted)
        {
            if (await RemoteSecrets.CredentialsAsync(peer.Process!.Api, cancellation) is not { } credentials)
            {
                continue;
            }

            var server = new PeerApi(peer.Process.Api.Configuration.Host.TrimEnd('/'));
            if (found.GetValueOrDefault(name) is { } secret && RemoteSecrets.IsFor(secret, credentials, server))
            {
                continue;
            }

            var wantedSecret = RemoteSecret.Create(peer.Plan.ShortName, server, credentials.AuthorityPem, credentials.Token);
            wantedSecret["metadata"]!["labels"]!.AsObject()[OwnerLabel] = OwnerValue;
            await api.ApplyAsync(KubeResource.Secrets, RemoteSecret.Namespace, wantedSecret, cancellation);
            logger.LogInformation("{Cluster} discovers endpoints of {Peer}", cluster.Plan.Name, peer.Plan.Name);
        }

        foreach (var name in found.Keys.Except(wanted.Keys))
        {
            await api.DeleteAsync(KubeResource.Secrets, RemoteSecret.Namespace, name, cancellation);
            logger.LogInformation("{Cluster} discovers no more endpoints by {Secret}", cluster.Plan.Name, name);
        }
    }

    private static async Task<bool> IsConnectedAsync(Cluster cluster, CancellationToken cancellation)
    {
        var options = await cluster.Process!.Api.GetAsync(KubeResource.ConfigMaps, RemoteSecret.Namespace, ManagedMesh.Options, cancellation);
        return options?["data"]?["multicluster_mode"]?.ToString() != "disconnected";
    }
}
