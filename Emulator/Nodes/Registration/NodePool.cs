using System.Globalization;
using System.Text.Json.Nodes;
using Emulator.Controllers;
using Emulator.Network;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>The nodes of this cluster: registers them at the start, and renews their leases.</summary>
internal sealed class NodePool(ClusterOptions options, Registry registry, IPodNetwork network, EventRecorder events, TimeProvider time) : BackgroundService
{
    private const string LeaseNamespace = "kube-node-lease";
    private const int LeaseSeconds = 40;

    private readonly TaskCompletionSource registered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<EmbeddedNode> Nodes { get; } =
        [.. Enumerable.Range(0, options.Nodes).Select(index => EmbeddedNode.Create(options, index))];

    /// <summary>Completes when all nodes are in the store, Ready.</summary>
    public Task Registered => registered.Task;

    public EmbeddedNode? Find(string name) => Nodes.FirstOrDefault(node => node.Name == name);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var node in Nodes)
        {
            var underlay = await network.OpenNodeAsync(node.Name, stoppingToken);
            Register(node, underlay.ToString());
        }

        registered.TrySetResult();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(LeaseSeconds / 4), time);
        do
        {
            foreach (var node in Nodes)
            {
                RenewLease(node);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Register(EmbeddedNode node, string underlay)
    {
        var described = NodeObjects.Create(options, node, underlay, time.GetUtcNow());
        var by = WriteOptions.System with { User = $"system:node:{node.Name}", FieldManager = "kubelet" };
        if (registry.Find(KnownTypes.Nodes, "", node.Name) is { } known)
        {
            // Kept from an earlier run: the underlay has moved, the rest may hold what the reader changed.
            registry.Update(
                KnownTypes.Nodes,
                "",
                node.Name,
                current =>
                {
                    current["metadata"]!.AsObject().Ensure("annotations")[IPodNetwork.UnderlayAnnotation] = underlay;
                    current["status"] = described["status"]!.DeepClone();
                    return current;
                },
                by,
                "status");
            events.Normal(known.Node, "kubelet", "Starting", "Starting kubelet.", node.Name);
            return;
        }

        var created = registry.Create(KnownTypes.Nodes, described, by);
        events.Normal(created.Node, "kubelet", "Starting", "Starting kubelet.", node.Name);
        events.Normal(created.Node, "kubelet", "NodeReady", $"Node {node.Name} status is now: NodeReady", node.Name);
        events.Normal(
            created.Node, "node-controller", "RegisteredNode", $"Node {node.Name} event: Registered Node {node.Name} in Controller");
    }

    private void RenewLease(EmbeddedNode node)
    {
        var by = WriteOptions.System with { User = $"system:node:{node.Name}", FieldManager = "kubelet" };
        var now = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
        try
        {
            if (registry.Find(KnownTypes.Leases, LeaseNamespace, node.Name) is null)
            {
                registry.Create(KnownTypes.Leases, Lease(node, now), by);
                return;
            }

            registry.Update(
                KnownTypes.Leases,
                LeaseNamespace,
                node.Name,
                lease =>
                {
                    lease["spec"]!["renewTime"] = now;
                    return lease;
                },
                by);
        }
        catch (ApiException)
        {
            // The namespace is made at the same time as the nodes; the next tick renews.
        }
    }

    private JsonObject Lease(EmbeddedNode node, string now) => new()
    {
        ["apiVersion"] = "coordination.k8s.io/v1",
        ["kind"] = "Lease",
        ["metadata"] = new JsonObject
        {
            ["name"] = node.Name,
            ["namespace"] = LeaseNamespace,
            ["ownerReferences"] = new JsonArray(new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Node",
                ["name"] = node.Name,
                ["uid"] = registry.Get(KnownTypes.Nodes, "", node.Name).Node.Uid(),
            }),
        },
        ["spec"] = new JsonObject { ["holderIdentity"] = node.Name, ["leaseDurationSeconds"] = LeaseSeconds, ["renewTime"] = now },
    };
}
