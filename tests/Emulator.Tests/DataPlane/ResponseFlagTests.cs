using System.Net;
using System.Net.Sockets;
using Emulator.Nodes;
using Testing;

namespace Emulator.Tests.DataPlane;

/// <summary>What a proxy says by itself: response flags in its log, and answers with their length.</summary>
public sealed class ResponseFlagTests
{
    [Theory]
    [InlineData("delay", "200 DI via_upstream")]
    [InlineData("abort", "418 DI,FI fault_filter_abort")]
    [InlineData("retries", "500 URX via_upstream")]
    [InlineData("dead", "503 UF,URX upstream_reset_before_response_started{remote_connection_failure}")]
    public async Task The_log_has_a_flag_for_each_thing_that_happened_on_the_way(string what, string expected)
    {
        await using var lab = await MeshLab.StartAsync();
        lab.With = snapshot => snapshot with { AccessLog = true };
        var delay = what is "delay" or "abort" ? (100.0, TimeSpan.FromMilliseconds(1)) : ((double, TimeSpan)?)null;
        lab.Routes = [new() { Delay = delay, Abort = what == "abort" ? (100, 418) : null, Retries = 1, RetryOn = "5xx", Destinations = [MeshLab.To()] }];
        var (_, attached, _) = await lab.PodAsync("us", "us-1", "10.10.0.1", serve: context =>
        {
            context.Response.StatusCode = what == "retries" ? 500 : 200;
            return Task.CompletedTask;
        });
        if (what == "dead")
        {
            attached.Dispose();
        }

        var (client, _) = await lab.GatewayAsync();
        await client.GetAsync("/there");

        await Eventually.HoldsAsync(() => lab.Log.Any(line => line.Contains($"\"GET /there HTTP/1.1\" {expected} ", StringComparison.Ordinal)), $"the log has {expected}: {string.Join('\n', lab.Log)}");
    }

    [Fact]
    public async Task An_answer_of_the_proxy_itself_says_how_long_it_is()
    {
        await using var lab = await MeshLab.StartAsync();
        lab.Routes = [new() { Abort = (100, 403), Destinations = [MeshLab.To()] }];
        var (gateway, _) = await lab.GatewayAsync();
        using var sidecar = await lab.CallerAsync();

        var answer = await gateway.GetAsync("/");
        var nobody = await sidecar.GetAsync($"http://{MeshLab.Host}/");

        Assert.Equal(18, answer.Content.Headers.ContentLength);
        Assert.Equal((19, "text/plain"), (nobody.Content.Headers.ContentLength, nobody.Content.Headers.ContentType?.ToString()));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, nobody.StatusCode);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n", true)]
    [InlineData("PRI * HTTP/2.0\r\n\r\n", true)]
    [InlineData("Thu Nov 26 07:00:00 UTC 2026\n", false)]
    [InlineData("hello\n", false)]
    [InlineData("\u0016\u0003\u0001", false)]
    public async Task A_client_in_a_pod_speaks_HTTP_if_it_begins_with_a_method(string text, bool expected)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, TestContext.Current.CancellationToken);
        using var accepted = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken);

        Assert.Equal(expected, await HttpPreface.IsHttpAsync(accepted));
    }

    [Fact]
    public async Task What_a_Service_says_of_its_port_counts_more_than_what_a_client_begins_with()
    {
        await using var lab = await MeshLab.StartAsync();
        lab.With = snapshot => snapshot with
        {
            Services = snapshot.Services.SetItem(MeshLab.Host, snapshot.Services[MeshLab.Host] with { Ports = [new(80, "http", "HTTP"), new(9000, "tcp", "TCP")] }),
        };
        lab.Publish();
        var (pod, _, proxy) = await lab.PodAsync("us", "caller", "10.10.0.200", listed: false);
        await MeshLab.ReadyAsync(proxy);

        Assert.Equal([false, true, false], ((string[])["10.255.10.7:80", "10.255.10.7:9000", "192.0.2.1:9000"]).Select(address => pod.CarriesStreams!(IPEndPoint.Parse(address))));
    }
}
