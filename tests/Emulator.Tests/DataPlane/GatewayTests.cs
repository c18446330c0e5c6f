using System.Collections.Immutable;
using System.Net;
using Emulator.Mesh;
using Microsoft.AspNetCore.Http;
using Testing;

namespace Emulator.Tests.DataPlane;

public sealed class GatewayTests
{
    [Fact]
    public async Task Round_robin_alternates_between_the_clusters()
    {
        await using var lab = await MeshLab.StartAsync();
        await lab.PodAsync("us", "us-1", "10.10.0.1");
        await lab.PodAsync("us", "us-2", "10.10.0.2");
        await lab.PodAsync("asia", "asia-1", "10.20.0.1");
        await lab.PodAsync("asia", "asia-2", "10.20.0.2");
        var (client, _) = await lab.GatewayAsync();

        List<string> answers = [];
        for (var i = 0; i < 8; i++)
        {
            answers.Add(await client.GetStringAsync("/"));
        }

        Assert.Equal(["us-1", "asia-1", "us-2", "asia-2", "us-1", "asia-1", "us-2", "asia-2"], answers);
    }

    [Fact]
    public async Task Gateways_of_a_cluster_begin_their_rounds_at_different_endpoints()
    {
        await using var lab = await MeshLab.StartAsync();
        await lab.PodAsync("us", "us-1", "10.10.0.1");
        await lab.PodAsync("asia", "asia-1", "10.20.0.1");
        var image = lab.Image(lab.Us, lab.Control);
        var (one, _) = await lab.GatewayAsync("10.10.9.1", image);
        var (two, _) = await lab.GatewayAsync("10.10.9.2", image);
        var (three, _) = await lab.GatewayAsync("10.10.9.3", image);

        Assert.Equal(["us-1", "asia-1", "us-1"], [await one.GetStringAsync("/"), await two.GetStringAsync("/"), await three.GetStringAsync("/")]);
    }

    [Fact]
    public async Task A_host_without_a_route_gets_404_with_an_empty_body()
    {
        await using var lab = await MeshLab.StartAsync();
        lab.Servers = [new(80, "HTTP", ["lab.example"], null)];
        await lab.PodAsync("us", "us-1", "10.10.0.1");
        var (client, _) = await lab.GatewayAsync();

        var none = await client.GetAsync("/");
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        Assert.Equal("istio-envoy", none.Headers.Server.ToString());
        Assert.Equal("", await none.Content.ReadAsStringAsync());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Host = "lab.example:8081" } };
        Assert.Equal("us-1", await (await client.SendAsync(request)).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Without_endpoints_the_gateway_answers_no_healthy_upstream()
    {
        await using var lab = await MeshLab.StartAsync();
        var (client, _) = await lab.GatewayAsync();

        var answer = await client.GetAsync("/");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("no healthy upstream", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Bodies_go_through_in_both_directions()
    {
        await using var lab = await MeshLab.StartAsync();
        await lab.PodAsync("us", "us-1", "10.10.0.1", serve: context => context.Request.Body.CopyToAsync(context.Response.Body));
        var (client, _) = await lab.GatewayAsync();
        var body = new string('x', 300_000);

        Assert.Equal(body, await (await client.PostAsync("/", new StringContent(body))).Content.ReadAsStringAsync());
        using var chunked = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(body), Headers = { TransferEncodingChunked = true } };
        Assert.Equal(body, await (await client.SendAsync(chunked)).Content.ReadAsStringAsync());
        Assert.Equal("", await (await client.PostAsync("/", null)).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task After_an_endpoint_is_ejected_no_request_fails()
    {
        await using var lab = await MeshLab.StartAsync();
        lab.Policy = new MeshTrafficPolicy
        {
            LoadBalancer = "ROUND_ROBIN",
            OutlierDetection = new MeshOutlierDetection { Consecutive5xxErrors = 1, MaxEjectionPercent = 100, BaseEjectionTime = TimeSpan.FromMinutes(1) },
        };
        await lab.PodAsync("us", "us-1", "10.10.0.1");
        await lab.PodAsync("asia", "asia-1", "10.20.0.1", serve: context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        });
        var (client, proxy) = await lab.GatewayAsync();

        var failed = 0;
        for (var i = 0; i < 20; i++)
        {
            failed += (await client.GetAsync("/")).IsSuccessStatusCode ? 0 : 1;
        }

        Assert.Equal(1, failed);
        Assert.Equal(1, lab.Served["asia-1"]);
        Assert.Contains("/failed_outlier_check", await AdminAsync(proxy, 15000, "/clusters"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_a_whole_cluster_dies_requests_are_retried_elsewhere()
    {
        await using var lab = await MeshLab.StartAsync();
        await lab.PodAsync("us", "us-1", "10.10.0.1");
        await lab.PodAsync("asia", "asia-1", "10.20.0.1");
        await lab.PodAsync("asia", "asia-2", "10.20.0.2");
        var (client, _) = await lab.GatewayAsync();
        for (var i = 0; i < 6; i++)
        {
            await client.GetStringAsync("/");
        }

        await lab.Asia.DisposeAsync();

        for (var i = 0; i < 12; i++)
        {
            Assert.Equal("us-1", await client.GetStringAsync("/"));
        }
    }

    [Fact]
    public async Task Rules_match_rewrite_redirect_and_change_headers()
    {
        await using var lab = await MeshLab.StartAsync();
        lab.Routes =
        [
            new() { Destinations = [MeshLab.To()] },
            new()
            {
                Matches = [new() { Uri = new("prefix", "/api/") }],
                Rewrite = ("/", null),
                Destinations = [MeshLab.To()],
                Headers = new()
                {
                    RequestSet = ImmutableDictionary<string, string>.Empty.Add("x-seen", "yes"),
                    ResponseSet = ImmutableDictionary<string, string>.Empty.Add("x-answered", "too"),
                },
            },
            new() { Matches = [new() { Uri = new("exact", "/old") }], Redirect = new("/new", null, null, null, 301) },
            new() { Matches = [new() { Uri = new("regex", "/teapot/[0-9]+") }], DirectResponse = (418, "short and stout") },
            new()
            {
                Matches = [new() { Headers = ImmutableDictionary<string, MeshStringMatch>.Empty.Add("x-user", new("exact", "bad")) }],
                Abort = (100, 429),
            },
            new() { Matches = [new() { QueryParameters = ImmutableDictionary<string, MeshStringMatch>.Empty.Add("q", new("exact", "1")) }], DirectResponse = (200, "query") },
        ];
        await lab.PodAsync("us", "us-1", "10.10.0.1", serve: context =>
            context.Response.WriteAsync($"{context.Request.Path}{context.Request.QueryString} {context.Request.Headers["x-seen"]} {context.Request.Host}"));
        var (client, _) = await lab.GatewayAsync();

        var rewritten = await client.GetAsync("/api/things?a=b");
        Assert.Equal("/things?a=b yes pod", await rewritten.Content.ReadAsStringAsync());
        Assert.Equal("too", rewritten.Headers.GetValues("x-answered").Single());
        Assert.Equal("/ok  pod", await client.GetStringAsync("/ok"));
        Assert.Equal(418, (int)(await client.GetAsync("/teapot/12")).StatusCode);
        Assert.Equal("/teapot/x  pod", await client.GetStringAsync("/teapot/x"));
        Assert.Equal("query", await client.GetStringAsync("/?q=1"));
        using var bad = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "x-user", "bad" } } };
        Assert.Equal(429, (int)(await client.SendAsync(bad)).StatusCode);
    }

    [Fact]
    public async Task Weights_and_subsets_split_the_traffic()
    {
        await using var lab = await MeshLab.StartAsync();
        lab.Subsets = ImmutableDictionary<string, MeshSubset>.Empty
            .Add("v1", new("v1", ImmutableDictionary<string, string>.Empty.Add("version", "v1"), null))
            .Add("v2", new("v2", ImmutableDictionary<string, string>.Empty.Add("version", "v2"), null));
        lab.Routes = [new() { Destinations = [MeshLab.To("v1", 90), MeshLab.To("v2", 10)] }];
        await lab.PodAsync("us", "one", "10.10.0.1", """{"version":"v1"}""");
        await lab.PodAsync("us", "two", "10.10.0.2", """{"version":"v2"}""");
        var (client, _) = await lab.GatewayAsync();

        for (var i = 0; i < 400; i++)
        {
            await client.GetStringAsync("/");
        }

        Assert.InRange(lab.Served["two"], 10, 90);
    }

    [Fact]
    public async Task A_slow_answer_ends_at_the_routes_timeout()
    {
        await using var lab = await MeshLab.StartAsync();
        lab.Routes = [new() { Destinations = [MeshLab.To()], Timeout = TimeSpan.FromMilliseconds(200) }];
        await lab.PodAsync("us", "us-1", "10.10.0.1", serve: context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        var (client, _) = await lab.GatewayAsync();

        var answer = await client.GetAsync("/");
        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
        Assert.Equal("upstream request timeout", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Only_ports_of_a_gateway_server_are_open()
    {
        await using var lab = await MeshLab.StartAsync();
        await lab.GatewayAsync();
        using var other = lab.Us.Client("35.191.0.1:5000", "10.10.9.9:443");
        using var health = lab.Us.Client("35.191.0.1:5000", "10.10.9.9:15021");

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => other.GetStringAsync("/"));
        Assert.Equal(HttpRequestError.ConnectionError, error.HttpRequestError);
        Assert.Equal(HttpStatusCode.OK, (await health.GetAsync("/healthz/ready")).StatusCode);
    }

    [Fact]
    public async Task Endpoints_come_and_go_with_snapshots()
    {
        await using var lab = await MeshLab.StartAsync();
        await lab.PodAsync("us", "us-1", "10.10.0.1");
        var (client, _) = await lab.GatewayAsync();
        Assert.Equal("us-1", await client.GetStringAsync("/"));

        await lab.PodAsync("asia", "asia-1", "10.20.0.1");
        lab.Publish();
        await Eventually.AnswersAsync(client, "/", "asia-1");

        lab.Endpoints.RemoveAt(1);
        lab.Publish();
        await Eventually.HoldsAsync(async () => await client.GetStringAsync("/") == "us-1" && await client.GetStringAsync("/") == "us-1", "only us answers");
    }

    private static async Task<string> AdminAsync(Emulator.Nodes.IRunningContainer proxy, int port, string path)
    {
        var context = new DefaultHttpContext();
        using var body = new MemoryStream();
        context.Request.Path = path;
        context.Response.Body = body;
        await proxy.AdminPort(port)!(context);
        return System.Text.Encoding.UTF8.GetString(body.ToArray());
    }
}
