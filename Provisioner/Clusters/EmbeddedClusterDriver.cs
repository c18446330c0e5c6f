using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Provisioner.Kubernetes;
using Provisioner.Stages;

namespace Provisioner.Clusters;

/// <summary>Embedded clusters: AppHost starts their processes; the path between pods is a PodRoute in each receiving cluster.</summary>
internal sealed class EmbeddedClusterDriver(Lab lab, LabKubeconfig kubeconfig) : IClusterDriver
{
    /// <summary>How long a cluster that was there before may be away; one that starts for the first time has the step's deadline.</summary>
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, bool> seen = new();

    /// <summary>Finds nothing. A lab that stops before its clusters' stages still has their kubeconfig, for work by hand.</summary>
    public async Task<IReadOnlyList<Problem>> PreflightAsync(CancellationToken cancellation)
    {
        if (lab.Plan.Until <= LabStages.Environment && !File.Exists(kubeconfig.Path))
        {
            await Task.WhenAll(lab.Clusters.Select(cluster => ClusterReadiness.WaitAsync(cluster, new Progress(), cancellation)));
            kubeconfig.Write();
        }

        return [];
    }

    public IReadOnlyList<Step> Create(LabCluster cluster) =>
    [
        new Step
        {
            Name = $"wait for cluster {cluster.Name}",
            Settle = async (progress, cancellation) =>
            {
                await WaitAsync(cluster, progress, cancellation);
                kubeconfig.Write();
            },
            Hint = $"See the log of '{cluster.Name}' in the dashboard; its process may have ended or be short of memory",
            ByHand = [$"export KUBECONFIG={kubeconfig.Path}", $"kubectl --context {cluster.Name} get --raw /readyz"],
        },
    ];

    public IReadOnlyList<Step> Remove(LabCluster cluster) => [];

    public Step OpenPath(LabCluster from, LabCluster to) => new()
    {
        Name = $"let pods of {from.Name} into {to.Name}",
        IsDone = cancellation => IsPathOpenAsync(from, to, cancellation),
        Act = (_, cancellation) => to.Api.ApplyAsync(KubeResource.PodRoutes, null, Route(from), cancellation),
        Settle = (progress, cancellation) => to.Api.UntilAsync(
            KubeResource.PodRoutes,
            null,
            $"fieldSelector=metadata.name%3D{RouteName(from)}",
            items =>
            {
                var ready = items.Values.FirstOrDefault()?.Condition("Ready");
                progress.Report(ready is null ? "the route has no Ready condition" : $"{ready["reason"]}: {ready["message"]}");
                return ready?["status"]?.ToString() == "True" ? ready : null;
            },
            cancellation),
        Deadline = TimeSpan.FromSeconds(30),
        Hint = $"See: kubectl --context {to.Name} describe podroute {RouteName(from)}",
        ByHand =
        [
            $"kubectl --context {to.Name} apply -f - <<< '{Route(from).ToJsonString()}'",
        ],
    };

    public Step ClosePath(LabCluster from, LabCluster to) => new()
    {
        Name = $"keep pods of {from.Name} out of {to.Name}",
        Act = (_, cancellation) => to.Api.DeleteAndWaitAsync(KubeResource.PodRoutes, null, RouteName(from), cancellation),
        Hint = $"See: kubectl --context {to.Name} get podroute {RouteName(from)} -o yaml",
        ByHand = [$"kubectl --context {to.Name} delete --ignore-not-found podroute {RouteName(from)}"],
    };

    public async Task<bool> IsPathOpenAsync(LabCluster from, LabCluster to, CancellationToken cancellation)
    {
        var routes = await to.Api.ListAsync(KubeResource.PodRoutes, null, "", cancellation);
        return routes["items"].Objects().Any(route => !route.IsBeingDeleted() && route["spec"]?["peerCIDR"]?.ToString() == from.Plan.PodCidr);
    }

    public string PathName(LabCluster from, LabCluster to) => $"no PodRoute for {from.Plan.PodCidr}";

    public string ApiServerForPeers(LabCluster cluster) => lab[cluster.Name].Api.Configuration.Host.TrimEnd('/');

    private async Task WaitAsync(LabCluster cluster, Progress progress, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (seen.ContainsKey(cluster.Name))
        {
            patience.CancelAfter(Away);
        }

        try
        {
            await ClusterReadiness.WaitAsync(cluster, progress, patience.Token);
            seen[cluster.Name] = true;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new LabException(progress.Last, $"Start cluster {cluster.Name} again (in the dashboard: {cluster.Name}, start); the lab then goes on by itself");
        }
    }

    private static string RouteName(LabCluster from) => $"from-{from.Name}";

    private static JsonObject Route(LabCluster from) => new()
    {
        ["apiVersion"] = KubeResource.PodRoutes.ApiVersion,
        ["kind"] = KubeResource.PodRoutes.Kind,
        ["metadata"] = new JsonObject { ["name"] = RouteName(from) },
        ["spec"] = new JsonObject { ["peerCIDR"] = from.Plan.PodCidr, ["peerCluster"] = from.Name },
    };
}
