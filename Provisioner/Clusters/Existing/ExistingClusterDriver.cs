using System.Net;
using Provisioner.Kubernetes;
using Provisioner.Mesh.Istio;
using Provisioner.Plan;
using Provisioner.Stages;

namespace Provisioner.Clusters.Existing;

/// <summary>Clusters that were there before the lab, of any provider. The lab makes none and ends none; it takes back what it put there.</summary>
internal sealed class ExistingClusterDriver(Lab lab, LabKubeconfig kubeconfig, IChartInstaller installer, ILogger<ExistingClusterDriver> log) : IClusterDriver
{
    public async Task<IReadOnlyList<Problem>> PreflightAsync(CancellationToken cancellation)
    {
        if (lab.Plan.Existing is not { } existing || lab.Clusters.Any(cluster => cluster.Plan.Existing is null))
        {
            return [new Problem("the plan does not say which clusters to use", "Start the lab with: --mode existing --cluster us=CONTEXT1 --cluster asia=CONTEXT2")];
        }

        if (ExistingRecord.TryRead(lab.Plan.Directory) is { } earlier && !Contexts(earlier).SequenceEqual(Contexts(lab.Plan)))
        {
            return
            [
                new Problem(
                    $"a lab of this folder has put something into {string.Join(", ", Contexts(earlier))}, and this one takes other clusters",
                    $"Take it back first: end this lab, then dotnet run --project Provisioner -- down --lab {lab.Plan.Directory}; or give this lab a folder of its own: --lab FOLDER"),
            ];
        }

        var problems = new List<Problem>(await installer.PreflightAsync(cancellation));
        foreach (var cluster in lab.Clusters)
        {
            try
            {
                UserKubeconfig.Write(existing, cluster.Plan);
                problems.AddRange(await ProblemsAsync(cluster, cancellation));
            }
            catch (LabException e)
            {
                problems.Add(new Problem(e.Message, e.Cure));
            }
            catch (Exception e) when (e is KubeException or ClusterUnreachableException)
            {
                problems.Add(new Problem(e.Message, $"Look whether you can use it yourself: kubectl --context {cluster.Plan.Existing!.Context} get namespaces"));
            }
        }

        if (problems.Count == 0)
        {
            // From here on there may be something to take back.
            ExistingRecord.Write(lab.Plan);
            foreach (var line in lab.Clusters.SelectMany(cluster => ExistingInventory.Changes(cluster.Name, cluster.Plan.Existing!.Context, lab.Plan, installer.Name)))
            {
                log.LogInformation("{Line}", line);
            }
        }

        return problems;
    }

    public IReadOnlyList<Step> Create(LabCluster cluster) =>
    [
        new Step
        {
            Name = $"reach cluster {cluster.Name}",
            Settle = async (progress, cancellation) =>
            {
                UserKubeconfig.Write(lab.Plan.Existing!, cluster.Plan);
                await ClusterReadiness.WaitAsync(cluster, progress, cancellation);
                kubeconfig.Write();
            },
            Hint = $"Look whether you can use it yourself: kubectl --context {cluster.Plan.Existing?.Context} get --raw /readyz",
            ByHand = [$"kubectl --context {cluster.Plan.Existing?.Context} get --raw /readyz"],
        },
    ];

    public IReadOnlyList<Step> Remove(LabCluster cluster) =>
    [
        new Step
        {
            Name = $"take back the kinds that the lab added to {cluster.Name}",
            Act = async (_, cancellation) =>
            {
                foreach (var definition in ExistingInventory.Left(await DefinitionsAsync(cluster, cancellation)))
                {
                    log.LogInformation("deleting the kind {Definition} from {Cluster}: the lab added it", definition.Name(), cluster.Name);
                    await cluster.Api.DeleteAndWaitAsync(KubeResource.CustomResourceDefinitions, null, definition.Name(), cancellation);
                }
            },
            Hint = $"See: kubectl --context {cluster.Plan.Existing?.Context} get crd",
            ByHand = [$"kubectl --context {cluster.Plan.Existing?.Context} delete crd $LEFT   # those of istio.io, networking.gke.io and cloud.google.com that the lab added"],
        },
    ];

    public Step OpenPath(LabCluster from, LabCluster to) => new()
    {
        Name = $"rely on the path from pods of {from.Name} to pods of {to.Name}",
        IsDone = _ => Task.FromResult(true),
        Hint = "Routes and firewall rules between clusters that you brought are yours",
        ByHand = [$"# let {from.Plan.PodCidr} (pods of {from.Name}) into {to.Plan.PodCidr}: a route and a firewall rule at your provider"],
    };

    public Step ClosePath(LabCluster from, LabCluster to) => new()
    {
        Name = $"leave the path from pods of {from.Name} to pods of {to.Name} as it is",
        IsDone = _ => Task.FromResult(true),
        Hint = "Routes and firewall rules between clusters that you brought are yours",
    };

    public Task<bool> IsPathOpenAsync(LabCluster from, LabCluster to, CancellationToken cancellation) => Task.FromResult(true);

    public string ApiServerForPeers(LabCluster cluster) => cluster.Plan.Existing?.PeerApi ?? cluster.Api.Configuration.Host.TrimEnd('/');

    private async Task<IReadOnlyList<Problem>> ProblemsAsync(LabCluster cluster, CancellationToken cancellation)
    {
        var namespaces = await cluster.Api.ListAsync(KubeResource.Namespaces, null, "", cancellation);
        var context = cluster.Plan.Existing!.Context;
        return
        [
            .. ExistingInventory.Problems(cluster.Name, context, lab.Plan, [.. namespaces["items"].Objects()], await DefinitionsAsync(cluster, cancellation)),
            .. cluster.Plan.Existing.PeerApi is null ? PeerProblems(cluster.Name, context, ApiServerForPeers(cluster)) : [],
        ];
    }

    internal static IReadOnlyList<Problem> PeerProblems(string cluster, string context, string server) =>
        Uri.TryCreate(server, UriKind.Absolute, out var address) && !IsLoopback(address.Host)
            ? []
            :
            [
                new Problem(
                    $"the API server of {cluster} ({context}) is {server}, which pods of other clusters cannot reach",
                    $"Give its address as they see it: --Lab:Clusters:N:PeerApi=https://ADDRESS:6443"),
            ];

    private static IEnumerable<string> Contexts(LabPlan plan) => plan.Clusters.Select(cluster => cluster.Existing?.Context ?? "");

    private static bool IsLoopback(string host) => host == "localhost" || (IPAddress.TryParse(host, out var address) && (IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any)));

    private static async Task<IReadOnlyList<System.Text.Json.Nodes.JsonObject>> DefinitionsAsync(LabCluster cluster, CancellationToken cancellation) =>
        [.. (await cluster.Api.ListAsync(KubeResource.CustomResourceDefinitions, null, "", cancellation))["items"].Objects()];
}
