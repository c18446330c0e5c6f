using Provisioner.Kubernetes;
using Provisioner.Mesh;
using Provisioner.Stages;

namespace Provisioner.Clusters.K3s;

/// <summary>Containers get other addresses when they start again: mends the routes and remote secrets of clusters that are joined.</summary>
internal sealed class AddressReconciler(Lab lab, K3sNodes nodes, MeshJoin join, ILogger<AddressReconciler> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var timer = new PeriodicTimer(Interval);
        var trouble = new Dictionary<string, string>();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var (cluster, peer) in JoinStage.Pairs(lab))
            {
                var pair = $"{cluster.Name} to {peer.Name}";
                try
                {
                    await MendAsync(cluster, peer, stoppingToken);
                    trouble.Remove(pair);
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested && e is LabException or KubeException or ClusterUnreachableException or IOException)
                {
                    // A cluster that starts again answers in a moment; what lasts is said once.
                    if (trouble.GetValueOrDefault(pair) != e.Message)
                    {
                        trouble[pair] = e.Message;
                        log.LogWarning("the path from {Pair} cannot be looked at: {Reason}", pair, e.Message);
                    }
                }
            }
        }
    }

    internal async Task MendAsync(LabCluster cluster, LabCluster peer, CancellationToken cancellation)
    {
        // A remote secret is what makes two clusters joined: whatever made it, a path belongs to it.
        if (!cluster.IsKnown || !peer.IsKnown || !await join.IsDiscoveringAsync(cluster, peer, cancellation))
        {
            return;
        }

        foreach (var command in await nodes.OpenAsync(cluster, peer, cancellation))
        {
            log.LogWarning("a node of {Peer} has another address; mended by {Command}", peer.Name, command);
        }

        if (await join.RenewAsync(cluster, peer, cancellation) is { } why)
        {
            log.LogWarning("the remote secret for {Peer} in {Cluster} was written anew: {Reason}", peer.Name, cluster.Name, why);
        }
    }
}
