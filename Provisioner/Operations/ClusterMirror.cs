using Provisioner.Clusters;
using Provisioner.Kubernetes;
using Provisioner.Stages;
using Provisioner.State;

namespace Provisioner.Operations;

/// <summary>Keeps what the state shows of each cluster equal to the cluster: its health, its workloads, whether its gateway is open.</summary>
internal sealed class ClusterMirror(Lab lab, StateStore store) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan HealthInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan HealthPatience = TimeSpan.FromSeconds(2);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(lab.Clusters.SelectMany(cluster => (Task[])[
            HealthAsync(cluster, stoppingToken),
            FollowAsync(cluster, stoppingToken, () => FollowWorkloadsAsync(cluster, stoppingToken)),
            FollowAsync(cluster, stoppingToken, () => FollowGatewayAsync(cluster, stoppingToken)),
        ]));

    private async Task HealthAsync(LabCluster cluster, CancellationToken cancellation)
    {
        await Task.Yield();
        using var timer = new PeriodicTimer(HealthInterval);
        do
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(HealthPatience);
            var (ready, message) = (false, $"/readyz does not answer within {HealthPatience.TotalSeconds:0} s");
            try
            {
                (ready, message) = await ClusterReadiness.ObserveAsync(cluster, patience.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                // Too slow: the message says so.
            }

            var health = new ClusterHealth(cluster.Name, ready, message);
            store.Update(state => state.ClustersHealth.Contains(health)
                ? state
                : state with
                {
                    ClustersHealth = [.. state.ClustersHealth.Select(each => each.Name == cluster.Name ? health : each)],
                    Clusters = [.. state.Clusters.Select(each => each.Name == cluster.Name && ready ? each with { ApiServer = cluster.Api.Configuration.Host } : each)],
                });
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    /// <summary>Follows for as long as the lab runs, from anew whenever the cluster was away.</summary>
    private async Task FollowAsync(LabCluster cluster, CancellationToken cancellation, Func<Task> follow)
    {
        await Task.Yield();
        while (true)
        {
            if (cluster.IsKnown)
            {
                try
                {
                    await follow();
                }
                catch (Exception e) when (e is ClusterUnreachableException or KubeException or LabException or IOException)
                {
                    Show(cluster, Workload.All(lab.Plan).Select(workload => NotKnown(cluster, workload, e.Message)));
                }
            }

            await Task.Delay(Pause, cancellation);
        }
    }

    private async Task FollowWorkloadsAsync(LabCluster cluster, CancellationToken cancellation)
    {
        await foreach (var deployments in cluster.Api.FollowAsync(KubeResource.Deployments, null, "", cancellation))
        {
            Show(cluster, Workload.All(lab.Plan).Select(workload =>
                WorkloadStatus.Of(cluster.Name, workload, workload.In(deployments), [])));
        }
    }

    private async Task FollowGatewayAsync(LabCluster cluster, CancellationToken cancellation)
    {
        var selector = $"fieldSelector=metadata.name%3D{LabStages.Gateway}";
        await foreach (var services in cluster.Api.FollowAsync(KubeResource.Services, lab.Plan.GatewayNamespace, selector, cancellation))
        {
            // That it is open is published by the stage or verb that saw it answer; that it is closed, or gone, holds at once.
            if (services.Values.FirstOrDefault()?["spec"]?["type"]?.ToString() != "LoadBalancer")
            {
                store.Update(state => state.Clusters.Any(each => each.Name == cluster.Name && each.GatewayUrl is not null)
                    ? state.WithGateway(cluster.Name, null)
                    : state);
            }
        }
    }

    private void Show(LabCluster cluster, IEnumerable<WorkloadState> workloads)
    {
        var shown = workloads.ToArray();
        store.Update(state =>
        {
            var next = state.WithWorkloads(cluster.Name, shown);
            return Of(next).Length == Of(state).Length && Of(next).Zip(Of(state)).All(pair => pair.First.IsSameAs(pair.Second)) ? state : next;
        });

        WorkloadState[] Of(LabState state) => [.. state.Workloads.Where(workload => workload.Cluster == cluster.Name)];
    }

    private static WorkloadState NotKnown(LabCluster cluster, Workload workload, string message) =>
        new(cluster.Name, workload.Name, "Deployment", 0, 0, "NotStarted", message, []);
}
