using System.Text.Json.Nodes;
using Emulator.Storage;
using Emulator.Tests.Nodes;

namespace Emulator.Tests.Controllers;

public sealed class GarbageTests
{
    [Fact]
    public async Task What_has_lost_its_owner_goes_and_pods_with_their_deployment()
    {
        await using var cluster = await NodesTestCluster.StartAsync();
        cluster.CreateDeployment(replicas: 2);
        await cluster.RolledOutAsync();

        cluster.Delete(KnownTypes.Deployments, "web");

        await cluster.UntilAsync("all is gone", () => cluster.List(KnownTypes.ReplicaSets).Count == 0 && cluster.List(KnownTypes.Pods).Count == 0);
    }

    [Fact]
    public async Task Foreground_deletion_waits_for_dependents_that_block_it()
    {
        await using var cluster = await NodesTestCluster.StartAsync();
        var owner = cluster.Create(KnownTypes.ConfigMaps, """{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "owner"}}""");
        cluster.Create(KnownTypes.ConfigMaps, Child("child", owner.Node.Uid(), "\"finalizers\": [\"lab.test/x\"],"));

        cluster.Delete(KnownTypes.ConfigMaps, "owner", "Foreground");
        await cluster.UntilAsync("the child is being deleted", () => cluster.Find(KnownTypes.ConfigMaps, "child")!.IsDeleting());
        Assert.Equal(["foregroundDeletion"], cluster.Find(KnownTypes.ConfigMaps, "owner")!.Finalizers());

        cluster.Change(KnownTypes.ConfigMaps, "child", node => node["metadata"]!.AsObject().Remove("finalizers"));
        await cluster.UntilAsync("the owner is gone", () => cluster.Find(KnownTypes.ConfigMaps, "owner") is null);
    }

    [Fact]
    public async Task Orphans_lose_their_owner_and_stay()
    {
        await using var cluster = await NodesTestCluster.StartAsync();
        var owner = cluster.Create(KnownTypes.ConfigMaps, """{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "owner"}}""");
        cluster.Create(KnownTypes.ConfigMaps, Child("child", owner.Node.Uid()));

        cluster.Delete(KnownTypes.ConfigMaps, "owner", "Orphan");

        await cluster.UntilAsync("the owner is gone", () => cluster.Find(KnownTypes.ConfigMaps, "owner") is null);
        Assert.Null(cluster.Find(KnownTypes.ConfigMaps, "child")!["metadata"]!["ownerReferences"]);
    }

    [Fact]
    public async Task A_namespace_ends_once_everything_in_it_has()
    {
        await using var cluster = await NodesTestCluster.StartAsync();
        cluster.CreateDeployment(replicas: 2);
        await cluster.RolledOutAsync();
        cluster.Create(
            KnownTypes.ConfigMaps, """{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "keep", "finalizers": ["lab.test/hold"]}}""");

        cluster.Delete(KnownTypes.Namespaces, "test");
        await cluster.UntilAsync("it says what holds it", () => cluster.Find(KnownTypes.Namespaces, "test")!.HasCondition("NamespaceFinalizersRemaining"));
        Assert.Contains("lab.test/hold in 1 resource instances", cluster.Find(KnownTypes.Namespaces, "test")!.Condition("NamespaceFinalizersRemaining")!["message"].Text());
        await cluster.UntilAsync("the pods are gone", () => cluster.List(KnownTypes.Pods).Count == 0);

        cluster.Change(KnownTypes.ConfigMaps, "keep", node => node["metadata"]!.AsObject().Remove("finalizers"));
        await cluster.UntilAsync("it is gone", () => cluster.Find(KnownTypes.Namespaces, "test") is null);
    }

    [Fact]
    public async Task A_new_namespace_gets_its_service_account_and_root_certificate()
    {
        await using var cluster = await NodesTestCluster.StartAsync();

        await cluster.UntilAsync("both are there", () =>
            cluster.Find(KnownTypes.ServiceAccounts, "default") is not null && cluster.Find(KnownTypes.ConfigMaps, "kube-root-ca.crt") is not null);
        Assert.StartsWith("-----BEGIN CERTIFICATE-----", cluster.Find(KnownTypes.ConfigMaps, "kube-root-ca.crt")!["data"]!["ca.crt"].Text());
    }

    [Fact]
    public async Task A_budget_counts_how_many_pods_may_go()
    {
        await using var cluster = await NodesTestCluster.StartAsync();
        cluster.CreateDeployment(replicas: 3);
        await cluster.RolledOutAsync();

        cluster.Create(KnownTypes.PodDisruptionBudgets, """
            {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "b"},
             "spec": {"minAvailable": 2, "selector": {"matchLabels": {"app": "web"}}}}
            """);

        await cluster.UntilAsync("one may go", () => cluster.Find(KnownTypes.PodDisruptionBudgets, "b")!["status"]?["disruptionsAllowed"].Int() == 1);
        Assert.Equal("SufficientPods", cluster.Find(KnownTypes.PodDisruptionBudgets, "b")!.Condition("DisruptionAllowed")!["reason"].Text());
    }

    private static string Child(string name, string owner, string more = "") => new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = JsonNode.Parse($$"""
            { {{more}} "name": "{{name}}", "ownerReferences":
              [{"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": "{{owner}}", "blockOwnerDeletion": true}] }
            """),
    }.ToJsonString();
}
