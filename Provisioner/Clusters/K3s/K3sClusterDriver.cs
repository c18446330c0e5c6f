using Provisioner.Kubernetes;
using Provisioner.Mesh.Istio;
using Provisioner.Stages;

namespace Provisioner.Clusters.K3s;

/// <summary>k3s clusters in containers, which AppHost starts; the path between pods is a route on every node of the sending cluster.</summary>
internal sealed class K3sClusterDriver(Lab lab, LabKubeconfig kubeconfig, K3sNodes nodes, IChartInstaller charts) : IClusterDriver
{
    // A first start pulls the image and imports what is in it.
    private static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    public async Task<IReadOnlyList<Problem>> PreflightAsync(CancellationToken cancellation) => lab.Plan.K3s is null
        ? [new Problem("the plan has no container engine", "Start the lab with: dotnet run --project AppHost -- --mode k3s")]
        : [
            .. await nodes.ProblemsAsync(cancellation),
            .. await charts.PreflightAsync(cancellation),
        ];

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
            Deadline = StartDeadline,
            Hint = $"See the log of '{cluster.Name}' in the dashboard, or: {nodes.Engine} logs {cluster.Plan.K3s?.Server}; "
                + "and what this machine lacks: dotnet run --project Provisioner -- doctor --mode k3s",
            ByHand =
            [
                $"export KUBECONFIG={kubeconfig.Path}",
                $"kubectl --context {cluster.Name} wait --for condition=Ready nodes --all --timeout {StartDeadline.TotalSeconds:0}s",
            ],
        },
    ];

    public IReadOnlyList<Step> Remove(LabCluster cluster) => [];

    public Step OpenPath(LabCluster from, LabCluster to) => new()
    {
        Name = $"let pods of {from.Name} reach pods of {to.Name}",
        IsDone = cancellation => nodes.HasRoutesAsync(from, to, cancellation),
        Act = (_, cancellation) => nodes.OpenAsync(from, to, cancellation),
        Settle = async (progress, cancellation) =>
        {
            while (!await nodes.HasRoutesAsync(from, to, cancellation))
            {
                progress.Report($"nodes of {from.Name} lack a route to pods of {to.Name}");
                await Task.Delay(Pause, cancellation);
            }
        },
        Deadline = TimeSpan.FromSeconds(30),
        Hint = $"See: {nodes.Engine} exec {from.Plan.K3s?.Server} ip route; kubectl --context {to.Name} get nodes -o wide",
        ByHand = ByHand(from, to, "ip route replace $CIDR via $ADDRESS"),
    };

    public Step ClosePath(LabCluster from, LabCluster to) => new()
    {
        Name = $"keep pods of {from.Name} away from pods of {to.Name}",
        Act = (_, cancellation) => nodes.CloseAsync(from, to, cancellation),
        Hint = $"See: {nodes.Engine} exec {from.Plan.K3s?.Server} ip route",
        ByHand = ByHand(from, to, "ip route del $CIDR"),
    };

    public Task<bool> IsPathOpenAsync(LabCluster from, LabCluster to, CancellationToken cancellation) => nodes.HasRoutesAsync(from, to, cancellation);

    public string PathName(LabCluster from, LabCluster to) =>
        $"no route to each of its nodes on each node of {from.Name} ({nodes.Engine} exec {from.Plan.K3s?.Server} ip route)";

    // Pods do not resolve the names of containers: the address is the container's own, and the certificate is checked against the name.
    public async Task<PeerApi> PeerApiAsync(LabCluster cluster, CancellationToken cancellation)
    {
        var address = (await K3sNodes.NetworkAsync(cluster, cancellation)).ApiServerAddress
            ?? throw new LabException($"no server node of {cluster.Name} has an InternalIP yet", $"See: kubectl --context {cluster.Name} get nodes -o wide");
        return new PeerApi($"https://{address}:{cluster.Plan.K3s!.ApiPort}", cluster.Plan.K3s.Alias);
    }

    public string ApiServerForPeers(LabCluster cluster) => $"https://{cluster.Plan.K3s!.Alias}:{cluster.Plan.K3s.ApiPort}";

    private async Task WaitAsync(LabCluster cluster, Progress progress, CancellationToken cancellation)
    {
        while (true)
        {
            var (ready, message) = await ClusterReadiness.ObserveAsync(cluster, cancellation);
            if (ready)
            {
                (ready, message) = await NodesAsync(cluster, cancellation);
            }

            if (ready)
            {
                return;
            }

            var trouble = await nodes.TroubleAsync(cluster.Plan, cancellation);
            progress.Report(trouble.Length > 0 ? trouble : message);
            await Task.Delay(Pause, cancellation);
        }
    }

    private async Task<(bool Ready, string Message)> NodesAsync(LabCluster cluster, CancellationToken cancellation)
    {
        try
        {
            var nodesReady = NodeReadiness.Of(await K3sNodes.NetworkAsync(cluster, cancellation), K3sNodes.ContainersOf(cluster.Plan).Count);
            return nodesReady.Ready ? await ClusterDns.ObserveAsync(lab, cluster, cancellation) : nodesReady;
        }
        catch (Exception e) when (e is KubeException or ClusterUnreachableException or IOException)
        {
            return (false, e.Message);
        }
    }

    private IReadOnlyList<string> ByHand(LabCluster from, LabCluster to, string command) =>
    [
        $"kubectl --context {to.Name} get nodes -o jsonpath='{{range .items[*]}}{{.spec.podCIDR}} {{.status.addresses[?(@.type==\"InternalIP\")].address}}{{\"\\n\"}}{{end}}'",
        .. (from.Plan.K3s is null ? [] : K3sNodes.ContainersOf(from.Plan)).Select(container => $"{nodes.Engine} exec {container} {command}   # for each line"),
    ];
}
