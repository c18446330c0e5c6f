using System.Net;
using System.Text.Json.Nodes;
using Emulator.Network;
using Emulator.Nodes;
using Emulator.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Emulator.Tests.Nodes;

/// <summary>The images of Istio's samples, as pods of a cluster without a mesh.</summary>
public sealed class SampleImageTests
{
    [Fact]
    public async Task Bookinfo_helloworld_httpbin_fortio_and_tcp_echo_run_from_their_own_images()
    {
        await using var cluster = await NodesTestCluster.StartAsync();
        Run(cluster, "details", "docker.io/istio/examples-bookinfo-details-v1:1.20.3", 9080);
        Run(cluster, "ratings", "docker.io/istio/examples-bookinfo-ratings-v1:1.20.3", 9080);
        Run(cluster, "reviews", "docker.io/istio/examples-bookinfo-reviews-v3:1.20.3", 9080);
        Run(cluster, "productpage", "docker.io/istio/examples-bookinfo-productpage-v1:1.20.3", 9080);
        Run(cluster, "helloworld", "docker.io/istio/examples-helloworld-v2:1.0", 5000);
        Run(cluster, "httpbin", "docker.io/mccutchen/go-httpbin:v2.15.0", 8080);
        Run(cluster, "fortio", "docker.io/fortio/fortio:latest_release", 8080);
        Run(cluster, "tcp-echo", "docker.io/istio/tcp-echo-server:1.3", 9000, ", \"args\": [\"9000\", \"one\"], \"readinessProbe\": {\"tcpSocket\": {\"port\": 9000}, \"periodSeconds\": 1}");
        Run(cluster, "gunicorn", "docker.io/kennethreitz/httpbin", 8085, ", \"command\": [\"gunicorn\", \"--access-logfile\", \"-\", \"-b\", \"0.0.0.0:8085\", \"httpbin:app\"]");
        await cluster.UntilAsync("all pods are ready", () => cluster.List(KnownTypes.Pods) is { Count: 9 } pods && pods.All(pod => pod.HasCondition("Ready")));

        await cluster.UntilAsync("all services have their endpoints", () => cluster.List(KnownTypes.EndpointSlices).Count(slice => slice["endpoints"].Items().Any()) == 9);

        var page = await Client(cluster, "productpage").GetStringAsync("http://productpage:9080/productpage");
        Assert.Contains("1595", page);
        Assert.Contains("Reviews served by: reviews", page);
        Assert.Contains("<font color=\"red\">", page);
        Assert.Equal("Hello version: v2, instance: helloworld\n", await Client(cluster, "productpage").GetStringAsync("http://helloworld:5000/hello"));
        var answer = JsonNode.Parse(await Client(cluster, "productpage").GetStringAsync("http://httpbin:8080/get?a=1"))!;
        Assert.Equal("1", (string?)answer["args"]!["a"]![0]);
        Assert.Equal("httpbin:8080", (string?)answer["headers"]!["Host"]![0]);
        Assert.Equal("gunicorn:8085", (string?)JsonNode.Parse(await Client(cluster, "productpage").GetStringAsync("http://gunicorn:8085/headers"))!["headers"]!["Host"]);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Client(cluster, "productpage").GetAsync("http://httpbin:8080/status/503")).StatusCode);

        Assert.Contains("Code 200 : 6 (100.0 %)", await ExecuteAsync(cluster, "fortio", "/usr/bin/fortio", "load", "-c", "2", "-qps", "0", "-n", "6", "-loglevel", "Warning", "http://httpbin:8080/get"));
        Assert.Contains("flag provided but not defined: -x", await ExecuteAsync(cluster, "fortio", "fortio", "load", "-x", "http://httpbin:8080/get"));

        var network = cluster.Services.GetRequiredService<IPodNetwork>();
        var echo = IPAddress.Parse(cluster.Find(KnownTypes.Pods, "tcp-echo")!["status"]!["podIP"].Text()!);
        await using var stream = await network.DialAsync(new IPEndPoint(echo, 0), new IPEndPoint(echo, 9000), null, TestContext.Current.CancellationToken);
        await stream.WriteAsync("world\n"u8.ToArray(), TestContext.Current.CancellationToken);
        var line = new byte[10];
        await stream.ReadExactlyAsync(line, TestContext.Current.CancellationToken);
        Assert.Equal("one world\n", System.Text.Encoding.ASCII.GetString(line));
    }

    private static async Task<string> ExecuteAsync(NodesTestCluster cluster, string pod, params string[] command)
    {
        var ns = cluster.Find(KnownTypes.Pods, pod)!.Namespace();
        await using var streams = await cluster.Services.GetRequiredService<IPodCommands>().ExecuteAsync(ns, pod, "c", command, hasTerminal: false);
        var text = new System.Text.StringBuilder();
        await foreach (var chunk in streams.Output.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            text.Append(System.Text.Encoding.UTF8.GetString(chunk.Bytes.Span));
        }

        return text.ToString();
    }

    private static void Run(NodesTestCluster cluster, string name, string image, int port, string extra = "")
    {
        cluster.CreatePod(name, $$"""{"name": "c", "image": "{{image}}", "ports": [{"containerPort": {{port}}}] {{extra}} }""");
        cluster.Create(KnownTypes.Services, $$"""
            {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "{{name}}"}, "spec": {"selector": {"app": "{{name}}"}, "ports": [{"name": "http", "port": {{port}}}]} }
            """);
    }

    /// <summary>What a program in the pod would send with.</summary>
    private static HttpClient Client(NodesTestCluster cluster, string pod)
    {
        var address = IPAddress.Parse(cluster.Find(KnownTypes.Pods, pod)!["status"]!["podIP"].Text()!);
        return new HttpClient(cluster.Services.GetRequiredService<PlainOutbound>().For(cluster.Services.GetRequiredService<IPodNetwork>().Find(address)!));
    }
}
