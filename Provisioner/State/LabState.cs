namespace Provisioner.State;

/// <summary>The lab as it is now: what <c>.lab/lab.json</c> and the control API show.</summary>
public sealed record LabState
{
    public const string FileName = "lab.json";

    public required string Name { get; init; }

    public required string Mode { get; init; }

    public string? DashboardUrl { get; init; }

    /// <summary>The merged kubeconfig, with a context per cluster.</summary>
    public required string Kubeconfig { get; init; }

    public IReadOnlyList<ClusterState> Clusters { get; init; } = [];

    /// <summary>Where the global ingress answers; null until it has an address.</summary>
    public string? VipUrl { get; init; }

    /// <summary>The highest stage up to which every stage is done.</summary>
    public int Stage { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    /// <summary>When the stages asked for at start were done.</summary>
    public DateTimeOffset? ReadyAt { get; init; }

    public IReadOnlyList<StageRecord> Stages { get; init; } = [];

    public IReadOnlyList<WorkloadState> Workloads { get; init; } = [];

    public IReadOnlyList<ClusterHealth> ClustersHealth { get; init; } = [];

    /// <summary>The verb that is running, or null.</summary>
    public string? Running { get; init; }

    /// <summary>Answers per cluster in the last round of requests to the VIP, or to a gateway before there is one.</summary>
    public IReadOnlyDictionary<string, int> Split { get; init; } = new Dictionary<string, int>();

    public LabFailure? Failure { get; init; }

    /// <summary>Set in the modes gke and rehearsal.</summary>
    public CloudState? Cloud { get; init; }

    /// <summary>The same with another gateway address of one cluster.</summary>
    public LabState WithGateway(string cluster, string? url) => (this with
    {
        Clusters = [.. Clusters.Select(each => each.Name == cluster ? each with { GatewayUrl = url } : each)],
    }).WithWorkloads(cluster, [.. Workloads.Where(workload => workload.Cluster == cluster)]);

    /// <summary>The same with other workloads of one cluster; the gateway's has the address at which it answers from outside.</summary>
    public LabState WithWorkloads(string cluster, IReadOnlyList<WorkloadState> workloads)
    {
        IReadOnlyList<string> urls = Clusters.FirstOrDefault(each => each.Name == cluster)?.GatewayUrl is { } url ? [url] : [];
        return this with
        {
            Workloads =
            [
                .. Workloads.Where(workload => workload.Cluster != cluster),
                .. workloads.Select(workload => workload.Name == WorkloadState.Gateway ? workload with { Urls = urls } : workload),
            ],
        };
    }

    /// <summary>The highest stage that is done, whether or not those before it still are.</summary>
    public int HighestDone() => Stages.Where(stage => stage.State == StageStates.Done).Select(stage => stage.Number).DefaultIfEmpty(0).Max();
}
