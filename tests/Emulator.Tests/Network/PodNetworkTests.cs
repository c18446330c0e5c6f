using System.Net;
using System.Net.Sockets;
using Emulator.Network;
using Microsoft.AspNetCore.Http;
using Testing;

namespace Emulator.Tests.Network;

public sealed class PodNetworkTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task A_pod_answers_other_pods_of_its_cluster()
    {
        await using var lab = await PodNetworkLab.StartAsync();
        lab.Pod("one", "10.10.0.5");
        using var client = lab.Client("10.10.0.9:4000", "10.10.0.5:8080");

        Assert.Equal("one", await client.GetStringAsync("/"));
    }

    [Fact]
    public async Task A_peer_waits_in_vain_until_a_route_covers_it()
    {
        await using var lab = await PodNetworkLab.StartAsync();
        lab.Pod("one", "10.10.0.5");
        using var patient = lab.Client("10.20.0.9:4000", "10.10.0.5:8080");
        using var hasty = lab.Client("10.20.0.9:4000", "10.10.0.5:8080", Short);
        await Assert.ThrowsAsync<TaskCanceledException>(() => hasty.GetStringAsync("/"));

        var waiting = patient.GetStringAsync("/");
        lab.OpenRoute("10.20.0.0/16", "asia");
        Assert.Equal("one", await waiting);

        // What was connected is cut with the route, and nothing new comes in.
        await lab.CloseRouteAsync("asia");
        await Eventually.HoldsAsync(
            async () =>
            {
                try
                {
                    await hasty.GetStringAsync("/");
                    return false;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
                catch (TaskCanceledException)
                {
                    return true;
                }
            },
            "the peer is out again");
    }

    [Fact]
    public async Task A_network_fault_closes_the_route_of_its_peer_only()
    {
        await using var lab = await PodNetworkLab.StartAsync();
        lab.Pod("one", "10.10.0.5");
        lab.OpenRoute("10.20.0.0/16", "asia");
        lab.OpenRoute("10.30.0.0/16", "europe");
        using var europe = lab.Client("10.30.0.9:4000", "10.10.0.5:8080");
        Assert.Equal("one", await europe.GetStringAsync("/"));
        using var asia = lab.Client("10.20.0.9:4000", "10.10.0.5:8080", Short);
        Assert.Equal("one", await asia.GetStringAsync("/"));

        lab.Put("lab.dev", "networkfaults", "", "cut", """{"spec":{"peer":"asia","pods":true}}""");

        await Eventually.HoldsAsync(async () => await FailsAsync(asia), "asia is cut");
        Assert.Equal("one", await europe.GetStringAsync("/"));
    }

    [Theory]
    [InlineData("35.191.4.2:4000")]
    [InlineData("130.211.1.2:4000")]
    public async Task Load_balancers_need_no_route(string source)
    {
        await using var lab = await PodNetworkLab.StartAsync();
        lab.Pod("one", "10.10.0.5");
        using var client = lab.Client(source, "10.10.0.5:8080");

        Assert.Equal("one", await client.GetStringAsync("/"));
    }

    [Theory]
    [InlineData("10.10.0.5:9999")]
    [InlineData("10.10.0.77:8080")]
    public async Task Where_nothing_listens_the_connection_is_refused(string destination)
    {
        await using var lab = await PodNetworkLab.StartAsync();
        lab.Pod("one", "10.10.0.5");

        var error = await Assert.ThrowsAsync<SocketException>(
            () => lab.Network.DialAsync(PodNetworkLab.At("10.10.0.9:1"), PodNetworkLab.At(destination), lab.Underlay, CancellationToken.None).AsTask());
        Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);
    }

    [Fact]
    public async Task A_connection_without_a_preamble_is_reset()
    {
        await using var lab = await PodNetworkLab.StartAsync();
        using var client = new HttpClient();

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync($"http://{lab.Underlay}/"));
    }

    [Fact]
    public async Task Headers_of_forty_thousand_characters_reach_the_pod()
    {
        await using var lab = await PodNetworkLab.StartAsync();
        var (pod, _) = lab.Pod("one", "10.10.0.5");
        pod.Ports[8080] = context => context.Response.WriteAsync($"{context.Request.Headers["X-Long"].ToString().Length}");
        using var client = lab.Client("10.10.0.9:4000", "10.10.0.5:8080");
        client.DefaultRequestHeaders.Add("X-Long", new string('x', 40_000));

        Assert.Equal("40000", await client.GetStringAsync("/"));
    }

    [Fact]
    public async Task Http2_without_tls_works_with_prior_knowledge()
    {
        await using var lab = await PodNetworkLab.StartAsync();
        var (pod, _) = lab.Pod("one", "10.10.0.5");
        pod.Ports[8080] = context => context.Response.WriteAsync(context.Request.Protocol);
        using var client = lab.Client("10.10.0.9:4000", "10.10.0.5:8080");
        client.DefaultRequestVersion = HttpVersion.Version20;
        client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;

        Assert.Equal("HTTP/2", await client.GetStringAsync("/"));
        Assert.Equal("HTTP/2", await (await client.PostAsync("/", new StringContent("x"))).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_detached_pod_ends_its_requests_and_takes_no_new_ones()
    {
        await using var lab = await PodNetworkLab.StartAsync();
        var (pod, attached) = lab.Pod("one", "10.10.0.5");
        var inside = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        pod.Ports[8080] = async context =>
        {
            inside.TrySetResult();
            await goOn.Task;
            await context.Response.WriteAsync("late");
        };
        using var client = lab.Client("10.10.0.9:4000", "10.10.0.5:8080");
        var running = client.GetStringAsync("/");
        await inside.Task;

        attached.Dispose();

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync("/"));
        goOn.SetResult();
        Assert.Equal("late", await running);
        Assert.Null(lab.Network.Find(pod.Address));
    }

    [Fact]
    public async Task A_published_address_leads_to_the_pod_that_is_chosen()
    {
        await using var lab = await PodNetworkLab.StartAsync();
        var (pod, _) = lab.Pod("one", "10.10.0.5");
        var port = FreePort.Next();
        (PodInterface, int)? chosen = (pod, 8080);
        await using var published = await lab.Network.PublishAsync(new IPEndPoint(IPAddress.Loopback, port), () => chosen, CancellationToken.None);
        using var client = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero });

        Assert.Equal("one", await client.GetStringAsync($"http://127.0.0.1:{port}/"));
        chosen = null;
        // A reset that comes before the client has looked at its new socket is not wrapped by HttpClient.
        var refused = await Record.ExceptionAsync(() => client.GetStringAsync($"http://127.0.0.1:{port}/"));
        Assert.True(refused is HttpRequestException or System.Net.Sockets.SocketException, $"{refused}");
    }

    [Theory]
    [InlineData("http://whereami-service/")]
    [InlineData("http://whereami-service.whereami/")]
    [InlineData("http://whereami-service.whereami.svc/")]
    [InlineData("http://whereami-service.whereami.svc.cluster.local/")]
    [InlineData("http://10.255.10.7/")]
    [InlineData("http://10.10.0.5:8080/")]
    public async Task Service_names_and_addresses_lead_to_ready_pods(string url)
    {
        await using var lab = await PodNetworkLab.StartAsync();
        lab.Pod("one", "10.10.0.5");
        lab.Put("", "services", "whereami", "whereami-service", """{"spec":{"clusterIP":"10.255.10.7","ports":[{"name":"http","port":80,"targetPort":8080}]}}""");
        lab.Put("discovery.k8s.io", "endpointslices", "whereami", "whereami-service-1", """
            {"metadata":{"labels":{"kubernetes.io/service-name":"whereami-service"}},"ports":[{"name":"http","port":8080}],
             "endpoints":[{"addresses":["10.10.0.6"],"conditions":{"ready":false}},{"addresses":["10.10.0.5"],"conditions":{"ready":true}}]}
            """);
        var (caller, _) = lab.Pod("caller", "10.10.0.9");
        using var client = new HttpClient(lab.Outbound.For(caller));

        Assert.Equal("one", await client.GetStringAsync(url));
    }

    private static async Task<bool> FailsAsync(HttpClient client)
    {
        try
        {
            await client.GetStringAsync("/");
            return false;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return true;
        }
    }
}
