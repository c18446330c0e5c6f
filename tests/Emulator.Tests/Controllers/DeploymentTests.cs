using System.Diagnostics;
using Emulator.Controllers;
using Emulator.Storage;
using Emulator.Tests.Nodes;

namespace Emulator.Tests.Controllers;

public sealed class DeploymentTests
{
    [Fact]
    public async Task A_deployment_becomes_available_pods_and_says_so_in_conditions_and_events()
    {
        await using var cluster = await NodesTestCluster.StartAsync();

        cluster.CreateDeployment(replicas: 3);
        await cluster.RolledOutAsync();

        var deployment = cluster.Find(KnownTypes.Deployments, "web")!;
        Assert.Equal("NewReplicaSetAvailable", deployment.Condition("Progressing")!["reason"].Text());
        Assert.Equal("MinimumReplicasAvailable", deployment.Condition("Available")!["reason"].Text());
        var replicaSet = Assert.Single(cluster.List(KnownTypes.ReplicaSets));
        await cluster.UntilAsync("the scaling is an event", () => cluster.Events("ScalingReplicaSet").Count > 0);
        Assert.Equal([$"Scaled up replica set {replicaSet.Name()} from 0 to 3"], cluster.Events("ScalingReplicaSet"));
        Assert.Equal(3, cluster.List(KnownTypes.Pods).Select(pod => pod["spec"]!["nodeName"].Text()).Distinct().Count());
    }

    [Fact]
    public async Task A_new_template_replaces_the_pods_without_ever_having_too_few()
    {
        await using var cluster = await NodesTestCluster.StartAsync();
        cluster.CreateDeployment(replicas: 3);
        await cluster.RolledOutAsync();
        var (_, watch) = cluster.Registry.Store.ListAndWatch(KnownTypes.Deployments, "test");

        var started = Stopwatch.GetTimestamp();
        cluster.Change(KnownTypes.Deployments, "web", node => node["spec"]!["template"]!["metadata"]!.AsObject().Ensure("annotations")["restarted"] = "now");
        await cluster.RolledOutAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"rolled in {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms");

        watch.Dispose();
        await foreach (var change in watch.Reader.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            Assert.True(change.Object.Node.Available() >= 3, "fewer than three were available");
        }

        Assert.Equal([0, 3], cluster.List(KnownTypes.ReplicaSets).OrderBy(item => item.Revision()).Select(item => item.Replicas()));
        await cluster.UntilAsync("the old pods are gone", () => cluster.List(KnownTypes.Pods).Count == 3);
    }

    [Fact]
    public async Task Going_back_to_an_earlier_template_takes_its_replica_set_and_a_new_revision()
    {
        await using var cluster = await NodesTestCluster.StartAsync();
        cluster.CreateDeployment(replicas: 1);
        await cluster.RolledOutAsync();
        var first = cluster.List(KnownTypes.ReplicaSets).Single().Name();
        cluster.Change(KnownTypes.Deployments, "web", node => node["spec"]!["template"]!["metadata"]!["labels"]!["v"] = "2");
        await cluster.RolledOutAsync();

        cluster.Change(KnownTypes.Deployments, "web", node => node["spec"]!["template"]!["metadata"]!["labels"]!.AsObject().Remove("v"));
        await cluster.RolledOutAsync();

        await cluster.UntilAsync("revision 3", () => cluster.Find(KnownTypes.Deployments, "web")!.Annotation(ReplicaSetReading.RevisionAnnotation) == "3");
        var again = cluster.Find(KnownTypes.ReplicaSets, first)!;
        Assert.Equal("1", again.Annotation(ReplicaSetReading.RevisionHistoryAnnotation));
        Assert.Equal(2, cluster.List(KnownTypes.ReplicaSets).Count);
    }

    [Fact]
    public async Task Recreate_stops_the_old_pods_before_it_starts_new_ones()
    {
        await using var cluster = await NodesTestCluster.StartAsync();
        cluster.CreateDeployment(replicas: 2, strategy: """{"type": "Recreate"}""");
        await cluster.RolledOutAsync();
        var (_, watch) = cluster.Registry.Store.ListAndWatch(KnownTypes.Pods, "test");

        cluster.Change(KnownTypes.Deployments, "web", node => node["spec"]!["template"]!["metadata"]!["labels"]!["v"] = "2");
        await cluster.RolledOutAsync();

        watch.Dispose();
        var changes = new List<StoreEventType>();
        await foreach (var change in watch.Reader.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            changes.Add(change.Type);
        }

        Assert.True(
            changes.LastIndexOf(StoreEventType.Deleted) < changes.IndexOf(StoreEventType.Added), "a new pod came before the last old one was gone");
    }

    [Fact]
    public async Task Scaling_and_pausing_leave_the_template_alone()
    {
        await using var cluster = await NodesTestCluster.StartAsync();
        cluster.CreateDeployment(replicas: 1);
        await cluster.RolledOutAsync();

        cluster.Change(KnownTypes.Deployments, "web", node => node["spec"]!["paused"] = true);
        cluster.Change(KnownTypes.Deployments, "web", node => node["spec"]!["template"]!["metadata"]!["labels"]!["v"] = "2");
        cluster.Change(KnownTypes.Deployments, "web", node => node["spec"]!["replicas"] = 4);
        await cluster.UntilAsync("four pods", () => cluster.Find(KnownTypes.Deployments, "web")!.Available() == 4);

        Assert.Single(cluster.List(KnownTypes.ReplicaSets));
        Assert.Equal("DeploymentPaused", cluster.Find(KnownTypes.Deployments, "web")!.Condition("Progressing")!["reason"].Text());
    }

    [Fact]
    public async Task Pods_that_admission_refuses_show_in_the_deployment()
    {
        await using var cluster = await NodesTestCluster.StartAsync();

        cluster.Create(KnownTypes.Deployments, """
            {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
             "spec": {"replicas": 1, "selector": {"matchLabels": {"app": "web"}},
                      "template": {"metadata": {"labels": {"app": "web"}},
                                   "spec": {"serviceAccountName": "late", "containers": [{"name": "c", "image": "whereami"}]}}}}
            """);
        await cluster.UntilAsync("the failure shows", () => cluster.Find(KnownTypes.Deployments, "web")!.HasCondition("ReplicaFailure"));
        Assert.Contains("serviceaccount \"late\" not found", cluster.Find(KnownTypes.Deployments, "web")!.Condition("ReplicaFailure")!["message"].Text());

        cluster.Create(KnownTypes.ServiceAccounts, """{"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "late"}}""");
        await cluster.RolledOutAsync();
        Assert.Null(cluster.Find(KnownTypes.Deployments, "web")!.Condition("ReplicaFailure"));
    }

    [Fact]
    public async Task A_replica_set_is_named_by_the_hash_that_Kubernetes_computes()
    {
        await using var cluster = await NodesTestCluster.StartAsync();

        cluster.Create(KnownTypes.Deployments, """
            {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
             "spec": {"replicas": 0, "selector": {"matchLabels": {"app": "web"}},
                      "template": {"metadata": {"labels": {"app": "web"}},
                                   "spec": {"terminationGracePeriodSeconds": 0,
                                            "containers": [{"name": "c", "image": "localhost/busybox:1", "imagePullPolicy": "Never", "command": ["sleep", "600"],
                                                            "env": [{"name": "V", "value": "1"}]}]}}}}
            """);

        await cluster.UntilAsync("there is a replica set", () => cluster.List(KnownTypes.ReplicaSets).Count == 1);
        Assert.Equal("web-68b7f8788b", cluster.List(KnownTypes.ReplicaSets)[0].Name());
    }
}
