using System.Text.Json.Nodes;
using Emulator.Controllers;
using Emulator.Nodes;
using Emulator.Storage;
using Emulator.Tests.Nodes;
using Testing;

namespace Emulator.Tests.Controllers;

/// <summary>What pods use, and what autoscalers make of it.</summary>
public sealed class AutoscalerTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Pods_are_measured_and_added_under_load()
    {
        var port = FreePort.Next();
        await using var cluster = await NodesTestCluster.StartAsync(options => options with
        {
            MetricsPeriod = TimeSpan.FromSeconds(0.5),
            Published = [new PublishedPort("test", "web", 80, port)],
        });
        var kubectl = new Kubectl(cluster.Kubeconfig);
        cluster.CreateDeployment(replicas: 1, extra: """, "resources": {"requests": {"cpu": "1m", "memory": "1Mi"} }""");
        cluster.Create(KnownTypes.Services, """
            {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
             "spec": {"type": "LoadBalancer", "selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": 8080}]}}
            """);
        await kubectl.RunAsync("-n", "test", "autoscale", "deployment", "web", "--cpu-percent=50", "--min=1", "--max=3");

        using var client = new HttpClient();
        await Eventually.AnswersAsync(client, $"http://127.0.0.1:{port}/");
        await Eventually.HoldsAsync(
            async () =>
            {
                for (var i = 0; i < 20; i++)
                {
                    (await client.GetAsync($"http://127.0.0.1:{port}/")).EnsureSuccessStatusCode();
                }

                return cluster.Find(KnownTypes.Deployments, "web")!.Replicas() == 3;
            },
            "the deployment has three replicas", TimeSpan.FromSeconds(60));

        Assert.Contains(cluster.Events("SuccessfulRescale"), message => message.EndsWith("reason: cpu resource utilization (percentage of request) above target"));
        Assert.Contains("ValidMetricFound", await kubectl.RunAsync("-n", "test", "describe", "hpa", "web"));
        Assert.Matches(@"cpu: \d+%/50%", await kubectl.RunAsync("-n", "test", "get", "hpa", "web"));
        Assert.Matches(@"web-\S+ +c +\d+m +\d+Mi", await kubectl.RunAsync("-n", "test", "top", "pods", "--containers", "-l", "app=web"));
        Assert.Equal(3, (await kubectl.RunAsync("top", "nodes", "--no-headers", "--sort-by=cpu")).Trim().Split('\n').Length);
        Assert.Contains("NodeMetrics", await kubectl.RunAsync("api-resources", "--api-group=metrics.k8s.io"));
    }

    [Theory]
    [InlineData(100, 50, 4)]
    [InlineData(54, 50, 2)]
    [InlineData(10, 50, 1)]
    public void Utilization_asks_for_replicas_beyond_a_tolerance_of_a_tenth(int used, int target, int replicas)
    {
        var calculator = Calculator([Pod("a"), Pod("b")], name => used);

        var proposal = calculator.ForUtilization(current: 2, target);

        Assert.Equal((replicas, used), (proposal.Replicas, proposal.Utilization));
    }

    [Fact]
    public void A_pod_without_metrics_counts_as_idle_when_scaling_up()
    {
        var calculator = Calculator([Pod("a"), Pod("b"), Pod("c")], name => name == "c" ? null : 120);

        Assert.Equal(5, calculator.ForUtilization(current: 3, target: 50).Replicas);
    }

    [Fact]
    public void A_container_that_requests_nothing_is_named()
    {
        var pod = Pod("a");
        pod["spec"]!["containers"]![0]!["resources"] = new JsonObject();

        var fault = Assert.Throws<MetricException>(() => Calculator([pod], _ => 10).ForUtilization(1, 50));

        Assert.Equal("missing request for cpu in container c of Pod a", fault.Message);
    }

    [Fact]
    public void Scaling_down_waits_for_the_highest_recommendation_to_grow_old()
    {
        var history = new ScalingHistory();
        var spec = JsonNode.Parse("""{"minReplicas": 1, "maxReplicas": 10}""")!;
        new ScalingRules(spec, history, Now).Decide(5, 5);

        var soon = new ScalingRules(spec, history, Now.AddMinutes(4)).Decide(5, 2);
        var later = new ScalingRules(spec, history, Now.AddMinutes(6)).Decide(5, 2);

        Assert.Equal((5, "ScaleDownStabilized"), (soon.Replicas, soon.Able.Reason));
        Assert.Equal((2, "ReadyForNewScale"), (later.Replicas, later.Able.Reason));
    }

    [Fact]
    public void Policies_limit_how_fast_it_goes()
    {
        var history = new ScalingHistory();
        var spec = JsonNode.Parse("""
            {"minReplicas": 1, "maxReplicas": 50, "behavior": {
              "scaleUp": {"stabilizationWindowSeconds": 0, "policies": [{"type": "Pods", "value": 2, "periodSeconds": 60}]},
              "scaleDown": {"selectPolicy": "Disabled"}}}
            """)!;

        var first = new ScalingRules(spec, history, Now).Decide(4, 20);
        history.Scaled(2, Now, ScalingRules.Longest);
        var second = new ScalingRules(spec, history, Now.AddSeconds(15)).Decide(6, 20);

        Assert.Equal((6, true, "ScaleUpLimit"), (first.Replicas, first.IsLimited, first.Limit.Reason));
        Assert.Equal(6, second.Replicas);
        Assert.Equal(6, new ScalingRules(spec, new ScalingHistory(), Now).Decide(6, 1).Replicas);
    }

    private static ReplicaCalculator Calculator(IReadOnlyList<JsonObject> pods, Func<string, int?> milli) => new(
        pods,
        pod => milli(pod.Name()) is { } used
            ? new PodUsage("n", Now, TimeSpan.FromSeconds(15), [new ContainerUsage("c", new ResourceUsage(used * 1_000_000L, 1024))])
            : null,
        "cpu", null, Now);

    private static JsonObject Pod(string name) => JsonNode.Parse($$"""
        {"metadata": {"name": "{{name}}", "namespace": "test"},
         "spec": {"containers": [{"name": "c", "resources": {"requests": {"cpu": "100m"} } }]},
         "status": {"phase": "Running", "startTime": "2026-01-01T11:00:00Z",
                    "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T11:00:05Z"}] } }
        """)!.AsObject();
}
