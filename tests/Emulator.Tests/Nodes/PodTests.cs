using System.Diagnostics;
using System.Text.Json.Nodes;
using Emulator.Nodes;
using Emulator.Storage;

namespace Emulator.Tests.Nodes;

public sealed class PodTests
{
    private const string Probe = """{"httpGet": {"path": "/", "port": 80}, "periodSeconds": 1, "failureThreshold": 1}""";

    [Fact]
    public async Task A_pod_that_starts_quickly_is_ready_in_three_revisions()
    {
        await using var cluster = await NodesTestCluster.StartAsync();
        var (_, watch) = cluster.Registry.Store.ListAndWatch(KnownTypes.Pods, "test");

        cluster.CreatePod("p", NodesTestCluster.Container());
        await cluster.UntilAsync("ready", () => cluster.Find(KnownTypes.Pods, "p")!.HasCondition("Ready"));

        watch.Dispose();
        var revisions = 0;
        await foreach (var change in watch.Reader.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            revisions++;
        }

        Assert.True(revisions <= 4, $"{revisions} revisions");
        var status = cluster.Find(KnownTypes.Pods, "p")!["status"]!;
        Assert.Equal("Running", status["phase"].Text());
        Assert.Equal("BestEffort", status["qosClass"].Text());
        Assert.StartsWith("10.10.", status["podIP"].Text());
        Assert.Equal(
            ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"],
            status["conditions"].Items().Select(item => item["type"].Text()));
    }

    [Fact]
    public async Task A_readiness_probe_decides_whether_a_pod_is_ready()
    {
        await using var cluster = await NodesTestCluster.StartAsync();
        cluster.Program.Answer = 503;

        cluster.CreatePod("p", $$"""{"name": "c", "image": "scripted", "readinessProbe": {{Probe}} }""");
        await cluster.UntilAsync("the failure is an event", () => cluster.Events("Unhealthy").Count > 0);
        Assert.Equal("Readiness probe failed: HTTP probe failed with statuscode: 503", cluster.Events("Unhealthy")[0]);
        Assert.Equal("containers with unready status: [c]", cluster.Find(KnownTypes.Pods, "p")!.Condition("Ready")!["message"].Text());

        cluster.Program.Answer = 200;
        cluster.Program.Running["c"].Context.ReadinessChanged();
        await cluster.UntilAsync("ready", () => cluster.Find(KnownTypes.Pods, "p")!.HasCondition("Ready"));
    }

    [Fact]
    public async Task A_liveness_probe_restarts_the_container_and_keeps_the_log_of_the_run_before()
    {
        await using var cluster = await NodesTestCluster.StartAsync();
        cluster.Program.Answer = 500;

        cluster.CreatePod("p", $$"""{"name": "c", "image": "scripted", "livenessProbe": {{Probe}} }""");
        await cluster.UntilAsync("restarted", () => Container(cluster, "p")?["restartCount"].Int() >= 1);
        cluster.Program.Answer = 200;

        await cluster.UntilAsync("killed", () => cluster.Events("Killing").Contains("Container c failed liveness probe, will be restarted"));
        var logs = (IPodLogs)cluster.Services.GetService(typeof(IPodLogs))!;
        Assert.NotNull(logs.Find("test", "p", "c", previous: true));
    }

    [Fact]
    public async Task A_container_that_keeps_failing_waits_in_crash_loop_back_off()
    {
        await using var cluster = await NodesTestCluster.StartAsync();

        cluster.CreatePod("p", """{"name": "c", "image": "scripted"}""");
        for (var run = 0; run < 2; run++)
        {
            await cluster.UntilAsync("running", () => cluster.Program.Running.TryGetValue("c", out var running) && !running.Exited.IsCompleted);
            cluster.Program.Running["c"].End(3);
        }

        await cluster.UntilAsync("waiting", () => Container(cluster, "p")?["state"]?["waiting"]?["reason"].Text() == "CrashLoopBackOff");
        var container = Container(cluster, "p")!;
        Assert.Equal(1, container["restartCount"].Int());
        Assert.Equal(3, container["lastState"]!["terminated"]!["exitCode"].Int());
        Assert.StartsWith("back-off 10s restarting failed container=c pod=p_test(", container["state"]!["waiting"]!["message"].Text());
    }

    [Theory]
    [InlineData("Never", 0, "Succeeded")]
    [InlineData("Never", 2, "Failed")]
    [InlineData("OnFailure", 0, "Succeeded")]
    public async Task The_restart_policy_decides_how_a_pod_ends(string policy, int exitCode, string phase)
    {
        await using var cluster = await NodesTestCluster.StartAsync();

        cluster.CreatePod("p", """{"name": "c", "image": "scripted"}""", $"\"restartPolicy\": \"{policy}\",");
        await cluster.UntilAsync("running", () => cluster.Program.Running.ContainsKey("c"));
        cluster.Program.Running["c"].End(exitCode);

        await cluster.UntilAsync(phase, () => cluster.Find(KnownTypes.Pods, "p")!["status"]!["phase"].Text() == phase);
        Assert.Equal(exitCode, Container(cluster, "p")!["state"]!["terminated"]!["exitCode"].Int());
        Assert.Equal(phase == "Failed" ? "PodFailed" : "PodCompleted", cluster.Find(KnownTypes.Pods, "p")!.Condition("Ready")!["reason"].Text());
    }

    [Fact]
    public async Task Init_containers_run_one_after_another_before_the_others()
    {
        await using var cluster = await NodesTestCluster.StartAsync();

        cluster.CreatePod(
            "p",
            """{"name": "c", "image": "scripted"}""",
            "\"initContainers\": [{\"name\": \"first\", \"image\": \"scripted\"}, {\"name\": \"second\", \"image\": \"scripted\"}],");
        await cluster.UntilAsync("first runs", () => cluster.Program.Running.ContainsKey("first"));
        Assert.False(cluster.Program.Running.ContainsKey("second"));
        cluster.Program.Running["first"].End(0);
        await cluster.UntilAsync("second runs", () => cluster.Program.Running.ContainsKey("second"));
        Assert.False(cluster.Program.Running.ContainsKey("c"));
        Assert.Equal("containers with incomplete status: [second]", await MessageAsync(cluster));
        cluster.Program.Running["second"].End(0);

        await cluster.UntilAsync("ready", () => cluster.Find(KnownTypes.Pods, "p")!.HasCondition("Ready"));
    }

    [Fact]
    public async Task A_pod_waits_for_a_config_map_that_is_not_there_and_starts_when_it_comes()
    {
        await using var cluster = await NodesTestCluster.StartAsync();

        cluster.CreatePod(
            "p",
            """{"name": "c", "image": "scripted", "env": [{"name": "X", "valueFrom": {"configMapKeyRef": {"name": "late", "key": "x"}}}, {"name": "Y", "value": "$(X)-$(NOPE)"}]}""");
        await cluster.UntilAsync("waiting", () => Container(cluster, "p")?["state"]?["waiting"]?["reason"].Text() == "CreateContainerConfigError");
        Assert.Equal("configmap \"late\" not found", Container(cluster, "p")!["state"]!["waiting"]!["message"].Text());

        cluster.Create(KnownTypes.ConfigMaps, """{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "late"}, "data": {"x": "arrived"}}""");
        await cluster.UntilAsync("ready", () => cluster.Find(KnownTypes.Pods, "p")!.HasCondition("Ready"));
        Assert.Equal("arrived-$(NOPE)", cluster.Program.Running["c"].Context.Environment["Y"]);
    }

    [Fact]
    public async Task An_image_that_embedded_nodes_cannot_run_waits_and_says_what_can()
    {
        await using var cluster = await NodesTestCluster.StartAsync();

        cluster.CreatePod("p", """{"name": "c", "image": "postgres:16"}""");
        await cluster.UntilAsync("waiting", () => Container(cluster, "p")?["state"]?["waiting"]?["reason"].Text() == "ImagePullBackOff");
        await cluster.UntilAsync("event", () => cluster.Events("Failed").Any(message => message.Contains("--mode k3s", StringComparison.Ordinal)));

        cluster.Change(KnownTypes.Pods, "p", node => node["spec"]!["containers"]![0]!["image"] = "scripted");
        await cluster.UntilAsync("ready", () => cluster.Find(KnownTypes.Pods, "p")!.HasCondition("Ready"));
    }

    [Fact]
    public async Task A_pod_that_no_node_takes_says_why_and_is_scheduled_once_one_does()
    {
        await using var cluster = await NodesTestCluster.StartAsync();

        cluster.CreatePod("p", NodesTestCluster.Container(), "\"nodeSelector\": {\"disk\": \"ssd\"},");
        await cluster.UntilAsync("unschedulable", () => cluster.Find(KnownTypes.Pods, "p")!.Condition("PodScheduled")?["reason"].Text() == "Unschedulable");
        Assert.Equal(
            "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. "
            + "preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
            cluster.Find(KnownTypes.Pods, "p")!.Condition("PodScheduled")!["message"].Text());

        var node = cluster.Registry.Store.List(KnownTypes.Nodes).Items.First().Key.Name;
        cluster.Registry.Update(
            KnownTypes.Nodes,
            "",
            node,
            current =>
            {
                current["metadata"]!["labels"]!["disk"] = "ssd";
                return current;
            },
            WriteOptions.System);
        await cluster.UntilAsync("ready", () => cluster.Find(KnownTypes.Pods, "p")!.HasCondition("Ready"));
        Assert.Equal(node, cluster.Find(KnownTypes.Pods, "p")!["spec"]!["nodeName"].Text());
    }

    [Fact]
    public async Task Whereami_answers_with_what_the_nodes_metadata_server_says()
    {
        await using var cluster = await NodesTestCluster.StartAsync();
        cluster.CreatePod("p", NodesTestCluster.Container());
        await cluster.UntilAsync("ready", () => cluster.Find(KnownTypes.Pods, "p")!.HasCondition("Ready"));

        var pod = cluster.Services.GetService(typeof(Kubelet)) is Kubelet kubelet ? kubelet.Find("test", "p")! : null;
        var context = new Microsoft.AspNetCore.Http.DefaultHttpContext { Response = { Body = new MemoryStream() } };
        context.Request.Method = "GET";
        context.Request.Path = "/";
        await pod!.Network.Ports[8080](context);

        context.Response.Body.Position = 0;
        var answer = JsonNode.Parse(context.Response.Body)!;
        Assert.Equal("multi-cluster-demo-us", answer["cluster_name"].Text());
        Assert.Equal("us-central1-c", answer["zone"].Text());
        Assert.Equal("p", answer["pod_name"].Text());
    }

    [Fact]
    public async Task Five_hundred_pods_become_ready()
    {
        await using var cluster = await NodesTestCluster.StartAsync();
        cluster.CreateDeployment("warm", 3);
        await cluster.RolledOutAsync("warm");
        var started = Stopwatch.GetTimestamp();

        cluster.CreateDeployment(replicas: 500);
        await cluster.RolledOutAsync();

        TestContext.Current.TestOutputHelper?.WriteLine($"500 pods ready after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.00} s");
        Assert.Equal(500, cluster.List(KnownTypes.Pods).Count(pod => pod.Label("app") == "web" && pod.HasCondition("Ready")));
    }

    private static JsonObject? Container(NodesTestCluster cluster, string pod) =>
        cluster.Find(KnownTypes.Pods, pod)?["status"]?["containerStatuses"].Items().FirstOrDefault();

    private static async Task<string?> MessageAsync(NodesTestCluster cluster)
    {
        string? Message() => cluster.Find(KnownTypes.Pods, "p")!.Condition("Initialized")?["message"].Text();
        await cluster.UntilAsync("first is complete", () => Message()?.Contains("first", StringComparison.Ordinal) == false);
        return Message();
    }
}
