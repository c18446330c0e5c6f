using System.Text.Json.Nodes;
using Emulator.Controllers;
using Emulator.Nodes;
using Emulator.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Testing;

namespace Emulator.Tests.Nodes;

/// <summary>A whole cluster in the test's process, with namespace <c>test</c>.</summary>
internal sealed class NodesTestCluster : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly IHost host;

    private NodesTestCluster(Func<ClusterOptions, ClusterOptions>? change)
    {
        var options = new ClusterOptions
        {
            Name = "us",
            ClusterName = "multi-cluster-demo-us",
            Project = "lab-demo",
            Location = "us-central1-c",
            PodCidr = "10.10.0.0/16",
            ServiceCidr = "10.255.10.0/24",
            StateDirectory = folder.File("us"),
        };
        host = ClusterHost.Create(change is null ? options : change(options), services => services.AddSingleton<IContainerImage>(Program));
    }

    /// <summary>What image <c>scripted</c> runs.</summary>
    public ScriptedImage Program { get; } = new();

    public Registry Registry => host.Services.GetRequiredService<Registry>();

    public IServiceProvider Services => host.Services;

    public string Kubeconfig => Path.Combine(host.Services.GetRequiredService<ClusterOptions>().StateDirectory, "kubeconfig");

    public static async Task<NodesTestCluster> StartAsync(Func<ClusterOptions, ClusterOptions>? change = null)
    {
        var cluster = new NodesTestCluster(change);
        await cluster.host.StartAsync();
        await cluster.Services.GetRequiredService<NodePool>().Registered;
        cluster.Create(KnownTypes.Namespaces, """{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "test"}}""");
        return cluster;
    }

    public StoredObject Create(ResourceType type, string json)
    {
        var node = JsonNode.Parse(json)!.AsObject();
        if (Registry.Catalog[type].Namespaced)
        {
            node["metadata"]!["namespace"] ??= "test";
        }

        return Registry.Create(type, node, WriteOptions.System);
    }

    public StoredObject CreateDeployment(string name = "web", int replicas = 3, string extra = "", string strategy = "{}") =>
        Create(KnownTypes.Deployments, $$"""
            {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "{{name}}"},
             "spec": {"replicas": {{replicas}}, "selector": {"matchLabels": {"app": "{{name}}"} }, "strategy": {{strategy}},
                      "template": {"metadata": {"labels": {"app": "{{name}}"} }, "spec": {"containers": [{{Container(extra)}}] } } } }
            """);

    public StoredObject CreatePod(string name, string container, string spec = "") =>
        Create(KnownTypes.Pods, $$"""
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "{{name}}", "labels": {"app": "{{name}}"} }, "spec": { {{spec}} "containers": [{{container}}] } }
            """);

    /// <summary>A whereami that is ready as soon as it answers.</summary>
    public static string Container(string extra = "") => $$"""
        {"name": "c", "image": "gke/whereami:v1", "ports": [{"name": "http", "containerPort": 8080}],
         "readinessProbe": {"httpGet": {"path": "/healthz", "port": "http"}, "periodSeconds": 1, "failureThreshold": 1} {{extra}} }
        """;

    public JsonObject? Find(ResourceType type, string name) => Registry.Find(type, Registry.Catalog[type].Namespaced ? "test" : "", name)?.Node;

    public IReadOnlyList<JsonObject> List(ResourceType type) => [.. Registry.Store.List(type, "test").Items.Select(item => item.Node)];

    public void Change(ResourceType type, string name, Action<JsonObject> change) => Registry.Update(
        type,
        "test",
        name,
        node =>
        {
            change(node);
            return node;
        },
        WriteOptions.System);

    public void Delete(ResourceType type, string name, string? policy = null) =>
        Registry.Delete(type, Registry.Catalog[type].Namespaced ? "test" : "", name, new DeletionOptions { PropagationPolicy = policy }, WriteOptions.System);

    public Task UntilAsync(string what, Func<bool> condition) => Eventually.HoldsAsync(condition, what, TimeSpan.FromSeconds(20));

    public Task RolledOutAsync(string name = "web") => UntilAsync($"deployment {name} is rolled out", () =>
        Find(KnownTypes.Deployments, name) is { } deployment
        && deployment["status"]?["observedGeneration"].AsLong() == deployment["metadata"]?["generation"].AsLong()
        && deployment["status"]?["updatedReplicas"].Int() == deployment.Replicas()
        && deployment["status"]?["replicas"].Int() == deployment.Replicas()
        && deployment["status"]?["availableReplicas"].Int() == deployment.Replicas());

    public IReadOnlyList<string> Events(string reason) =>
        [.. List(KnownTypes.Events).Where(item => item["reason"].Text() == reason).Select(item => item["message"].Text() ?? "")];

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
        folder.Dispose();
    }
}
