using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Emulator.Mesh;
using Emulator.Mesh.Conversion;
using Emulator.Tests.Mesh;
using Microsoft.AspNetCore.Http;
using Testing;

namespace Emulator.Tests.DataPlane;

/// <summary>What VirtualServices and DestinationRules do with requests, beyond choosing a destination.</summary>
public sealed class TrafficRuleTests
{
    [Fact]
    public async Task A_mirror_gets_a_copy_with_its_body_and_a_host_that_ends_in_shadow()
    {
        await using var lab = await MeshLab.StartAsync();
        lab.Subsets = Subset("v1").Add("v2", Subset("v2")["v2"]);
        lab.Routes = [Rule("{route: [{destination: {host: HOST, port: {number: 80}, subset: v1}}], mirrors: [{destination: {host: HOST, port: {number: 80}, subset: v2}, percentage: {value: 100}}]}")];
        var copies = new ConcurrentQueue<string>();
        await lab.PodAsync("us", "v1", "10.10.0.1", """{"version":"v1"}""", async context =>
            await context.Response.WriteAsync("v1 " + await new StreamReader(context.Request.Body).ReadToEndAsync()));
        await lab.PodAsync("us", "v2", "10.10.0.2", """{"version":"v2"}""", async context =>
        {
            copies.Enqueue($"{context.Request.Host} {context.Request.Path} {await new StreamReader(context.Request.Body).ReadToEndAsync()}");
            context.Response.StatusCode = 500;
        });
        var (client, _) = await lab.GatewayAsync();

        var answer = await client.PostAsync("/a", new StringContent("text"));

        Assert.Equal("v1 text", await answer.Content.ReadAsStringAsync());
        await Eventually.HoldsAsync(() => copies.Contains("pod-shadow /a text"), "the copy arrives");
    }

    [Theory]
    [InlineData("{match: [{uri: {regex: '/a/(\\d+).*'}}], rewrite: {uriRegexRewrite: {match: '^/a/(\\d+)(.*)$', rewrite: '/b\\2/\\1'}}, route: [{destination: {host: HOST}}]}", "/a/12/x?q=1", 200, "/b/x/12?q=1")]
    [InlineData("{match: [{uri: {prefix: /a}}], redirect: {prefixRewrite: /b, redirectCode: 302}}", "/a/x?q=1", 302, "http://pod/b/x?q=1")]
    [InlineData("{redirect: {scheme: https, derivePort: FROM_PROTOCOL_DEFAULT}}", "/a", 301, "https://pod/a")]
    [InlineData("{match: [{scheme: {exact: https}}], route: [{destination: {host: HOST}}]}", "/a", 404, "")]
    [InlineData("{fault: {abort: {grpcStatus: UNAVAILABLE}}, route: [{destination: {host: HOST}}]}", "/a", 503, "fault filter abort")]
    [InlineData("{fault: {abort: {httpStatus: 418, percentage: {value: 100}}}, route: [{destination: {host: HOST}}]}", "/a", 418, "fault filter abort")]
    [InlineData("{match: [{queryParams: {user: {exact: ann}}, withoutHeaders: {x-no: {}}}], directResponse: {status: 201, body: {string: made}}}", "/a?user=ann", 201, "made")]
    public async Task A_rule_does_what_it_says(string rule, string target, int status, string result)
    {
        await using var lab = await MeshLab.StartAsync();
        lab.Routes = [Rule(rule)];
        await lab.PodAsync("us", "us-1", "10.10.0.1", serve: context => context.Response.WriteAsync($"{context.Request.Path}{context.Request.QueryString}"));
        await lab.GatewayAsync();
        using var client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectCallback = (_, cancellation) => lab.Us.Network.DialAsync(IPEndPoint.Parse("35.191.0.1:5000"), IPEndPoint.Parse("10.10.9.9:80"), lab.Us.Underlay, cancellation),
        });

        using var answer = await client.GetAsync("http://pod" + target);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(result, answer.Headers.Location?.OriginalString ?? await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Pages_of_allowed_origins_may_read_answers()
    {
        await using var lab = await MeshLab.StartAsync();
        lab.Routes = [Rule("{corsPolicy: {allowOrigins: [{exact: 'https://a.example'}], allowMethods: [GET, PUT], allowHeaders: [x-h], maxAge: 24h, allowCredentials: true}, route: [{destination: {host: HOST}}]}")];
        await lab.PodAsync("us", "us-1", "10.10.0.1");
        var (client, _) = await lab.GatewayAsync();

        var preflight = await SendAsync(client, HttpMethod.Options, ("Origin", "https://a.example"), ("Access-Control-Request-Method", "PUT"));
        Assert.Equal(HttpStatusCode.OK, preflight.StatusCode);
        Assert.Equal("GET,PUT", preflight.Headers.GetValues("Access-Control-Allow-Methods").Single());
        Assert.Equal("86400", preflight.Headers.GetValues("Access-Control-Max-Age").Single());
        Assert.False(lab.Served.ContainsKey("us-1"));
        var answer = await SendAsync(client, HttpMethod.Get, ("Origin", "https://a.example"));
        Assert.Equal("https://a.example", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        var other = await SendAsync(client, HttpMethod.Get, ("Origin", "https://b.example"));
        Assert.False(other.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_circuit_breaker_refuses_what_is_more_than_one_at_work_and_one_waiting()
    {
        await using var lab = await MeshLab.StartAsync();
        lab.Policy = new() { Limits = new() { MaxConnections = 1, MaxPending = 1 } };
        var inside = new SemaphoreSlim(0);
        var goOn = new TaskCompletionSource();
        await lab.PodAsync("us", "us-1", "10.10.0.1", serve: async context =>
        {
            inside.Release();
            await goOn.Task;
            await context.Response.WriteAsync("done");
        });
        var (client, _) = await lab.GatewayAsync();
        var first = client.GetStringAsync("/");
        await inside.WaitAsync(TestContext.Current.CancellationToken);
        var more = Enumerable.Range(0, 3).Select(_ => client.GetAsync("/")).ToList();

        var refused = await await Task.WhenAny(more);
        more.RemoveAll(task => task.IsCompleted && task.Result == refused);
        var also = await await Task.WhenAny(more);
        goOn.SetResult();

        foreach (var answer in (HttpResponseMessage[])[refused, also])
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Equal("true", answer.Headers.GetValues("x-envoy-overloaded").Single());
            Assert.Equal("upstream connect error or disconnect/reset before headers. reset reason: overflow", await answer.Content.ReadAsStringAsync());
        }

        Assert.Equal("done", await first);
        var statuses = await Task.WhenAll(more.Select(async task => (await task).StatusCode));
        Assert.Contains(HttpStatusCode.OK, statuses);
        Assert.Equal("done", await client.GetStringAsync("/"));
    }

    [Fact]
    public async Task Requests_that_are_alike_go_to_the_same_endpoint()
    {
        await using var lab = await MeshLab.StartAsync();
        lab.Policy = new() { ConsistentHash = new("header", "x-user") };
        for (var pod = 1; pod <= 3; pod++)
        {
            await lab.PodAsync("us", $"us-{pod}", $"10.10.0.{pod}");
        }

        var (client, _) = await lab.GatewayAsync();
        var seen = new HashSet<string>();
        for (var user = 0; user < 20; user++)
        {
            var answers = new HashSet<string>();
            for (var i = 0; i < 3; i++)
            {
                answers.Add(await (await SendAsync(client, HttpMethod.Get, ("x-user", $"u{user}"))).Content.ReadAsStringAsync());
            }

            Assert.Single(answers);
            seen.UnionWith(answers);
        }

        Assert.Equal(3, seen.Count);
        lab.Policy = new() { ConsistentHash = new("cookie", "who", "/", TimeSpan.FromMinutes(1)) };
        lab.Publish();
        string? cookie = null;
        await Eventually.HoldsAsync(
            async () => (cookie = (await client.GetAsync("/")).Headers.TryGetValues("Set-Cookie", out var set) ? set.Single() : null) is not null, "a cookie is set");
        Assert.Matches("^who=\"[0-9a-f]{16}\"; Max-Age=60; Path=/; HttpOnly$", cookie);
    }

    [Fact]
    public async Task Shares_between_places_are_kept()
    {
        await using var lab = await MeshLab.StartAsync();
        lab.Policy = new() { LocalityLoadBalancing = true, Locality = new([("*", [("west/*", 100)])], []) };
        await lab.PodAsync("us", "west", "10.10.0.1");
        await lab.PodAsync("us", "east", "10.10.0.2");
        lab.Endpoints[0] = lab.Endpoints[0] with { Region = "west" };
        lab.Endpoints[1] = lab.Endpoints[1] with { Region = "east" };
        var (client, _) = await lab.GatewayAsync();

        for (var i = 0; i < 6; i++)
        {
            Assert.Equal("west", await client.GetStringAsync("/"));
        }
    }

    [Fact]
    public async Task Endpoints_are_preferred_by_the_labels_of_failoverPriority()
    {
        await using var lab = await MeshLab.StartAsync();
        var healthy = true;
        lab.Policy = new()
        {
            LoadBalancer = "ROUND_ROBIN",
            LocalityLoadBalancing = true,
            OutlierDetection = new() { Consecutive5xxErrors = 1, MaxEjectionPercent = 100, BaseEjectionTime = TimeSpan.FromMinutes(1) },
            Locality = new([], []) { FailoverPriority = ["version=v2", "topology.istio.io/cluster"] },
        };
        await lab.PodAsync("us", "us-v1", "10.10.0.1", """{"app":"whereami","version":"v1"}""");
        await lab.PodAsync("asia", "asia-v2", "10.20.0.1", """{"app":"whereami","version":"v2"}""");
        await lab.PodAsync("us", "us-v2", "10.10.0.2", """{"app":"whereami","version":"v2"}""", context =>
        {
            context.Response.StatusCode = healthy ? 200 : 500;
            return context.Response.WriteAsync("us-v2");
        });
        var (client, _) = await lab.GatewayAsync();

        Assert.Equal(["us-v2", "us-v2", "us-v2"], [await client.GetStringAsync("/"), await client.GetStringAsync("/"), await client.GetStringAsync("/")]);
        healthy = false;
        await client.GetAsync("/");
        Assert.Equal(["asia-v2", "asia-v2", "asia-v2"], [await client.GetStringAsync("/"), await client.GetStringAsync("/"), await client.GetStringAsync("/")]);
    }

    private static MeshHttpRoute Rule(string yaml) =>
        HttpRouteConversion.Convert(MeshYaml.Read(yaml.Replace("HOST", MeshLab.Host)).Single(), "whereami");

    private static ImmutableDictionary<string, MeshSubset> Subset(string version) => ImmutableDictionary<string, MeshSubset>.Empty.Add(
        version, new(version, ImmutableDictionary<string, string>.Empty.Add("version", version), null));

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, "/");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return client.SendAsync(request);
    }
}
