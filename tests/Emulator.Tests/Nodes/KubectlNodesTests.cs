using Emulator.Storage;
using Testing;

namespace Emulator.Tests.Nodes;

/// <summary>What the seed and its readers type, with the real kubectl.</summary>
public sealed class KubectlNodesTests
{
    [Fact]
    public async Task A_rollout_is_restarted_undone_and_scaled()
    {
        await using var cluster = await NodesTestCluster.StartAsync();
        var kubectl = new Kubectl(cluster.Kubeconfig);
        await kubectl.RunAsync("-n", "test", "create", "deployment", "web", "--image=whereami:v1", "--replicas=2", "--port=8080");
        await kubectl.RunAsync("-n", "test", "rollout", "status", "deployment/web", "--timeout=120s");

        await kubectl.RunAsync("-n", "test", "rollout", "restart", "deployment/web");
        await kubectl.RunAsync("-n", "test", "rollout", "status", "deployment/web", "--timeout=120s");
        Assert.Contains("2         <none>", await kubectl.RunAsync("-n", "test", "rollout", "history", "deployment/web"));
        await kubectl.RunAsync("-n", "test", "rollout", "undo", "deployment/web");
        await kubectl.RunAsync("-n", "test", "rollout", "status", "deployment/web", "--timeout=120s");
        await kubectl.RunAsync("-n", "test", "scale", "deployment/web", "--replicas=4");
        await cluster.RolledOutAsync();

        Assert.Equal(4, (await kubectl.RunAsync("-n", "test", "get", "pods", "--field-selector=status.phase=Running", "-o", "name")).Trim().Split('\n').Length);
        Assert.Contains("Scaled up replica set", await kubectl.RunAsync("-n", "test", "describe", "deployment", "web"));
        Assert.Contains("whereami listens on", await kubectl.RunAsync("-n", "test", "logs", "deployment/web"));
    }

    [Fact]
    public async Task A_drained_node_keeps_no_pods_and_gets_none_until_it_is_uncordoned()
    {
        await using var cluster = await NodesTestCluster.StartAsync();
        var kubectl = new Kubectl(cluster.Kubeconfig);
        cluster.CreateDeployment(replicas: 3);
        await cluster.RolledOutAsync();
        var node = cluster.Registry.Store.List(KnownTypes.Nodes).Items.First().Key.Name;

        await kubectl.RunAsync("drain", node, "--ignore-daemonsets", "--timeout=120s");
        await cluster.RolledOutAsync();
        Assert.DoesNotContain(cluster.List(KnownTypes.Pods), pod => pod["spec"]!["nodeName"]!.GetValue<string>() == node && !pod.IsDeleting());

        await kubectl.RunAsync("uncordon", node);
        await cluster.UntilAsync("no taint", () => cluster.Find(KnownTypes.Nodes, node)!["spec"]!["taints"] is null);
    }
}
