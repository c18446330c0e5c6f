using Containers;
using Provisioner.Kubernetes;
using Provisioner.Plan;

namespace Provisioner.Clusters.K3s;

/// <summary>Reads and sets the routes between the nodes of the lab's k3s clusters.</summary>
internal sealed class K3sNodes(ContainerEngine engine, ILogger<K3sNodes> log)
{
    private static readonly Dictionary<string, string> None = [];

    public string Engine => engine.Command;

    public static async Task<PodNetwork> NetworkAsync(LabCluster cluster, CancellationToken cancellation) =>
        PodNetwork.Of(await cluster.Api.ListAsync(KubeResource.Nodes, null, "", cancellation));

    /// <summary>Containers of a cluster's nodes.</summary>
    /// <exception cref="LabException">The plan has none.</exception>
    public static IReadOnlyList<string> ContainersOf(ClusterPlan cluster) => cluster.K3s is { } k3s
        ? [k3s.Server, .. k3s.Agents]
        : throw new LabException($"the plan names no containers for cluster {cluster.Name}", "Start the lab with: dotnet run --project AppHost -- --mode k3s");

    /// <summary>Whether every node of one cluster has exactly the routes to the pods of another.</summary>
    public async Task<bool> HasRoutesAsync(LabCluster from, LabCluster to, CancellationToken cancellation) =>
        await WantedAsync(to, cancellation) is { Count: > 0 } wanted && (await PendingAsync(from, to, wanted, cancellation)).Count == 0;

    /// <summary>Makes the routes right.</summary>
    /// <returns>The commands that it took.</returns>
    public async Task<IReadOnlyList<NodeCommand>> OpenAsync(LabCluster from, LabCluster to, CancellationToken cancellation) =>
        await WantedAsync(to, cancellation) is { Count: > 0 } wanted
            ? await RunAsync(from, to, wanted, cancellation)
            : throw new LabException($"no node of {to.Name} has an address and a range of pods yet", $"See: kubectl --context {to.Name} get nodes -o wide");

    public Task CloseAsync(LabCluster from, LabCluster to, CancellationToken cancellation) => RunAsync(from, to, None, cancellation);

    /// <summary>Whether the engine answers; AppHost has checked the rest before it started the containers.</summary>
    public async Task<IReadOnlyList<Problem>> ProblemsAsync(CancellationToken cancellation)
    {
        try
        {
            await engine.RunAsync(["ps", "--quiet"], cancellation);
            return [];
        }
        catch (ContainerEngineException e)
        {
            return [new Problem(e.Message, e.Cure)];
        }
    }

    /// <summary>What became of a cluster's containers, where one of them does not run; empty where all do.</summary>
    public async Task<string> TroubleAsync(ClusterPlan cluster, CancellationToken cancellation)
    {
        foreach (var container in ContainersOf(cluster))
        {
            var found = await engine.InspectAsync(container, cancellation);
            if (found is null)
            {
                return $"there is no container {container}";
            }

            if (!found.IsRunning)
            {
                var why = found.OutOfMemory ? ", out of memory" : found.Error.Length > 0 ? $": {found.Error}" : "";
                return $"container {container} is {found.Status} with exit code {found.ExitCode}{why}";
            }
        }

        return "";
    }

    private static async Task<IReadOnlyDictionary<string, string>> WantedAsync(LabCluster to, CancellationToken cancellation) =>
        (await NetworkAsync(to, cancellation)).Routes;

    private async Task<IReadOnlyList<NodeCommand>> RunAsync(
        LabCluster from, LabCluster to, IReadOnlyDictionary<string, string> wanted, CancellationToken cancellation)
    {
        var pending = await PendingAsync(from, to, wanted, cancellation);
        foreach (var command in pending)
        {
            log.LogInformation("{Engine} {Command}", engine.Command, command);
            await ExecAsync(command, cancellation);
        }

        return pending;
    }

    private async Task<IReadOnlyList<NodeCommand>> PendingAsync(
        LabCluster from, LabCluster to, IReadOnlyDictionary<string, string> wanted, CancellationToken cancellation)
    {
        var pending = new List<NodeCommand>();
        foreach (var container in ContainersOf(from.Plan))
        {
            var found = RouteTable.Parse(await ExecAsync(new NodeCommand(container, RouteTable.ShowArguments), cancellation));
            pending.AddRange(RouteTable.Commands(found, wanted, to.Plan.PodCidr).Select(command => new NodeCommand(container, command)));
        }

        return pending;
    }

    private async Task<string> ExecAsync(NodeCommand command, CancellationToken cancellation)
    {
        try
        {
            return await engine.ExecAsync(command.Container, command.Arguments, cancellation);
        }
        catch (ContainerEngineException e)
        {
            throw new LabException(e.Message, e.Cure, e);
        }
    }
}
