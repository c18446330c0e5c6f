using Emulator.Storage;
using Emulator.Tests.Nodes;
using Testing;

namespace Emulator.Tests.Controllers;

public sealed class JobTests
{
    [Fact]
    public async Task A_job_runs_pods_until_enough_have_succeeded_and_takes_them_with_it()
    {
        await using var cluster = await NodesTestCluster.StartAsync();
        var kubectl = new Kubectl(cluster.Kubeconfig);
        cluster.Create(KnownTypes.Jobs, Job("j", "exit 0", """ "completions": 3, "parallelism": 2, """));

        await kubectl.RunAsync("-n", "test", "wait", "--for=condition=complete", "job/j", "--timeout=120s");

        Assert.Equal(3, cluster.Find(KnownTypes.Jobs, "j")!["status"]!["succeeded"].Int());
        Assert.Matches(@"j +Complete +3/3", await kubectl.RunAsync("-n", "test", "get", "job", "j"));
        Assert.Equal(3, cluster.List(KnownTypes.Pods).Count);
        await kubectl.RunAsync("-n", "test", "delete", "job", "j");
        await cluster.UntilAsync("no pods", () => cluster.List(KnownTypes.Pods).Count == 0);
    }

    [Fact]
    public async Task A_job_fails_when_more_pods_fail_than_it_allows()
    {
        await using var cluster = await NodesTestCluster.StartAsync();

        cluster.Create(KnownTypes.Jobs, Job("f", "exit 3", """ "backoffLimit": 0, """));

        await cluster.UntilAsync("it has failed", () => cluster.Find(KnownTypes.Jobs, "f")!.HasCondition("Failed"));
        var job = cluster.Find(KnownTypes.Jobs, "f")!;
        Assert.Equal(("BackoffLimitExceeded", 1), (job.Condition("Failed")!["reason"].Text(), job["status"]!["failed"].Int()));
        Assert.Single(cluster.List(KnownTypes.Pods));
    }

    [Fact]
    public async Task A_suspended_job_runs_when_it_is_resumed()
    {
        await using var cluster = await NodesTestCluster.StartAsync();
        cluster.Create(KnownTypes.Jobs, Job("s", "exit 0", """ "suspend": true, """));
        await cluster.UntilAsync("it is suspended", () => cluster.Find(KnownTypes.Jobs, "s")!.HasCondition("Suspended"));
        Assert.Empty(cluster.List(KnownTypes.Pods));

        cluster.Change(KnownTypes.Jobs, "s", node => node["spec"]!["suspend"] = false);

        await cluster.UntilAsync("it is complete", () => cluster.Find(KnownTypes.Jobs, "s")!.HasCondition("Complete"));
    }

    private static string Job(string name, string script, string spec) => $$"""
        {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "{{name}}"},
         "spec": { {{spec}} "template": {"spec": {"restartPolicy": "Never",
           "containers": [{"name": "c", "image": "busybox", "command": ["sh", "-c", "{{script}}"]}] } } } }
        """;
}
