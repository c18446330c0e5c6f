using System.Net;
using System.Net.Sockets;
using Emulator.Storage;
using Emulator.Tests.Nodes;
using Testing;

namespace Emulator.Tests.Controllers;

public sealed class ServiceTests
{
    private const string Service = """
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"},
         "spec": {"type": "TYPE", "selector": {"app": "web"}, "ports": [{"name": "http", "port": 80, "protocol": "TCP", "targetPort": "http"}]}}
        """;

    [Fact]
    public async Task Ready_pods_are_endpoints_and_ending_ones_are_not()
    {
        await using var cluster = await NodesTestCluster.StartAsync();
        cluster.Create(KnownTypes.Services, Service.Replace("TYPE", "ClusterIP"));
        cluster.CreateDeployment(replicas: 2);
        await cluster.UntilAsync("two endpoints", () => Ready(cluster) == 2);

        var slice = Assert.Single(cluster.List(KnownTypes.EndpointSlices));
        Assert.Equal(8080, slice["ports"]![0]!["port"].Int());
        Assert.Equal("us-central1-c", slice["endpoints"]![0]!["zone"].Text());
        await cluster.UntilAsync("two addresses in the Endpoints", () =>
            cluster.Find(KnownTypes.Endpoints, "s")?["subsets"]?[0]?["addresses"]?.AsArray().Count == 2);

        cluster.Change(KnownTypes.Deployments, "web", node => node["spec"]!["replicas"] = 0);
        await cluster.UntilAsync("no endpoints", () => Ready(cluster) == 0);
        await cluster.UntilAsync("one empty slice", () => cluster.List(KnownTypes.EndpointSlices).Single()["endpoints"] is null);
    }

    [Fact]
    public async Task Addresses_and_node_ports_are_given_and_kept()
    {
        await using var cluster = await NodesTestCluster.StartAsync();

        var created = cluster.Create(KnownTypes.Services, Service.Replace("TYPE", "NodePort")).Node;
        var address = created["spec"]!["clusterIP"].Text();
        Assert.StartsWith("10.255.10.", address);
        Assert.InRange(created["spec"]!["ports"]![0]!["nodePort"].Int(), 30000, 32767);

        cluster.Change(KnownTypes.Services, "s", node =>
        {
            node["spec"]!.AsObject().Remove("clusterIP");
            node["spec"]!["type"] = "ClusterIP";
        });
        var changed = cluster.Find(KnownTypes.Services, "s")!;
        Assert.Equal(address, changed["spec"]!["clusterIP"].Text());
        Assert.Null(changed["spec"]!["ports"]![0]!["nodePort"]);
        var refused = Assert.Throws<ApiException>(() => cluster.Change(KnownTypes.Services, "s", node => node["spec"]!["clusterIP"] = "10.255.10.77"));
        Assert.Contains("may not change once set", refused.Message);
    }

    [Fact]
    public async Task A_load_balancer_answers_on_its_published_port_until_it_is_one_no_longer()
    {
        var port = FreePort.Next();
        await using var cluster = await NodesTestCluster.StartAsync(options => options with { Published = [new PublishedPort("test", "s", 80, port)] });
        cluster.CreateDeployment(replicas: 2);
        cluster.Create(KnownTypes.Services, Service.Replace("TYPE", "LoadBalancer"));
        await cluster.RolledOutAsync();
        await cluster.UntilAsync("it has an address", () => cluster.Find(KnownTypes.Services, "s")!.Annotation("lab.dev/url") is not null);
        using var http = new HttpClient();

        var url = cluster.Find(KnownTypes.Services, "s")!.Annotation("lab.dev/url")!;
        Assert.Equal($"http://127.0.0.1:{port}", url);
        await Eventually.AnswersAsync(http, url);
        Assert.Contains("multi-cluster-demo-us", await http.GetStringAsync(new Uri(url), TestContext.Current.CancellationToken));
        Assert.Equal("127.0.0.1", cluster.Find(KnownTypes.Services, "s")!["status"]!["loadBalancer"]!["ingress"]![0]!["ip"].Text());

        cluster.Change(KnownTypes.Services, "s", node => node["spec"]!["type"] = "ClusterIP");
        await cluster.UntilAsync("it has no address", () => cluster.Find(KnownTypes.Services, "s")!["status"]!["loadBalancer"]!["ingress"] is null);
        using var fresh = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => fresh.GetStringAsync(new Uri(url), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said_with_its_cure_and_published_when_it_is_free()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var cluster = await NodesTestCluster.StartAsync(options => options with { Published = [new PublishedPort("test", "s", 80, port)] });

        cluster.Create(KnownTypes.Services, Service.Replace("TYPE", "LoadBalancer"));
        await cluster.UntilAsync("it says so", () => cluster.Find(KnownTypes.Services, "s")!.HasCondition("LoadBalancerPortsError"));
        Assert.Contains($"127.0.0.1:{port} is in use by another program", cluster.Find(KnownTypes.Services, "s")!.Condition("LoadBalancerPortsError")!["message"].Text());

        taken.Stop();
        await cluster.UntilAsync("it is published", () => cluster.Find(KnownTypes.Services, "s")!.Annotation("lab.dev/url") is not null);
        Assert.False(cluster.Find(KnownTypes.Services, "s")!.HasCondition("LoadBalancerPortsError"));
    }

    private static int Ready(NodesTestCluster cluster) => cluster.List(KnownTypes.EndpointSlices)
        .SelectMany(slice => slice["endpoints"].Items()).Count(endpoint => endpoint["conditions"]!["ready"].IsTrue());
}
