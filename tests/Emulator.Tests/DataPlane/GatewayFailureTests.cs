using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Emulator.Mesh;
using Microsoft.AspNetCore.Http;
using Testing;

namespace Emulator.Tests.DataPlane;

public sealed class GatewayFailureTests
{
    private static readonly MeshOutlierDetection OneStrike = new()
    {
        Consecutive5xxErrors = 1,
        MaxEjectionPercent = 100,
        BaseEjectionTime = TimeSpan.FromMinutes(1),
    };

    [Fact]
    public async Task An_answer_503_is_retried_on_another_endpoint()
    {
        await using var lab = await MeshLab.StartAsync();
        await lab.PodAsync("us", "us-1", "10.10.0.1");
        await lab.PodAsync("asia", "asia-1", "10.20.0.1", serve: Status(503));
        var (client, _) = await lab.GatewayAsync();

        for (var i = 0; i < 6; i++)
        {
            Assert.Equal("us-1", await client.GetStringAsync("/"));
        }

        Assert.True(lab.Served["asia-1"] > 1);
    }

    [Fact]
    public async Task A_try_that_takes_too_long_goes_to_another_endpoint()
    {
        await using var lab = await MeshLab.StartAsync();
        lab.Routes = [new() { Destinations = [MeshLab.To()], PerTryTimeout = TimeSpan.FromSeconds(2), RetryOn = "5xx" }];
        await lab.PodAsync("us", "us-1", "10.10.0.1", serve: context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await lab.PodAsync("asia", "asia-1", "10.20.0.1");
        var (client, _) = await lab.GatewayAsync();

        Assert.Equal("asia-1", await client.GetStringAsync("/"));
        Assert.Equal("asia-1", await client.GetStringAsync("/"));
    }

    [Fact]
    public async Task A_request_in_flight_survives_the_removal_of_its_pod()
    {
        await using var lab = await MeshLab.StartAsync();
        var inside = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        var (_, attached, _) = await lab.PodAsync("us", "us-1", "10.10.0.1", serve: async context =>
        {
            inside.TrySetResult();
            await goOn.Task;
            await context.Response.WriteAsync("late");
        });
        var (client, _) = await lab.GatewayAsync();
        var running = client.GetStringAsync("/");
        await inside.Task;

        attached.Dispose();
        lab.Endpoints.Clear();
        await lab.PodAsync("asia", "asia-1", "10.20.0.1");
        lab.Publish();
        await Eventually.AnswersAsync(client, "/", "asia-1");

        goOn.SetResult();
        Assert.Equal("late", await running);
    }

    [Fact]
    public async Task When_the_link_is_cut_the_peer_is_ejected_and_then_nobody_waits()
    {
        await using var lab = await MeshLab.StartAsync();
        lab.Policy = new() { LoadBalancer = "ROUND_ROBIN", OutlierDetection = OneStrike, ConnectTimeout = TimeSpan.FromSeconds(2) };
        await lab.PodAsync("us", "us-1", "10.10.0.1");
        await lab.PodAsync("asia", "asia-1", "10.20.0.1");
        var (client, _) = await lab.GatewayAsync();
        await client.GetStringAsync("/");
        await client.GetStringAsync("/");

        await lab.Asia.CloseRouteAsync("us");
        for (var i = 0; i < 6; i++)
        {
            Assert.Equal("us-1", await client.GetStringAsync("/"));
        }
    }

    [Fact]
    public async Task Grpc_goes_through_with_its_trailers()
    {
        await using var lab = await MeshLab.StartAsync();
        await lab.PodAsync("us", "us-1", "10.10.0.1", serve: async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Request.Body.CopyToAsync(context.Response.Body);
            context.Response.AppendTrailer("grpc-status", context.Request.Protocol == "HTTP/2" ? "0" : "13");
        });
        await lab.GatewayAsync();
        using var client = lab.Us.Client("35.191.0.1:5000", "10.10.9.9:80");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/whereami.Whereami/GetPayload")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([0, 0, 0, 0, 1, 42]) { Headers = { { "content-type", "application/grpc" } } },
        };

        using var answer = await client.SendAsync(request);

        Assert.Equal([0, 0, 0, 0, 1, 42], await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal("0", answer.TrailingHeaders.GetValues("grpc-status").Single());
    }

    [Fact]
    public async Task With_locality_load_balancing_the_own_region_comes_first_and_others_help_out()
    {
        await using var lab = await MeshLab.StartAsync();
        lab.Policy = new() { LoadBalancer = "ROUND_ROBIN", OutlierDetection = OneStrike, LocalityLoadBalancing = true };
        var healthy = true;
        await lab.PodAsync("us", "us-1", "10.10.0.1", serve: context => healthy ? context.Response.WriteAsync("us-1") : Status(500)(context));
        await lab.PodAsync("asia", "asia-1", "10.20.0.1");
        lab.Endpoints[1] = lab.Endpoints[1] with { Region = "asia-northeast1" };
        var (client, _) = await lab.GatewayAsync();

        Assert.Equal(["us-1", "us-1", "us-1"], [await client.GetStringAsync("/"), await client.GetStringAsync("/"), await client.GetStringAsync("/")]);
        healthy = false;
        await client.GetAsync("/");
        Assert.Equal("asia-1", await client.GetStringAsync("/"));
    }

    [Fact]
    public async Task Garbage_and_silence_from_outside_do_no_harm()
    {
        await using var lab = await MeshLab.StartAsync();
        await lab.PodAsync("us", "us-1", "10.10.0.1");
        var (client, _) = await lab.GatewayAsync();
        List<Socket> silent = [];
        foreach (var bytes in new[] { [], "\r\n\r\n\0"u8.ToArray(), [0x16, 3, 1, 255, 255, 0], "GET / HTTP/1.1\r\nHost"u8.ToArray(), [0, 0, 0, 0] })
        {
            for (var i = 0; i < 40; i++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(lab.Us.Underlay);
                if (bytes.Length > 0)
                {
                    await socket.SendAsync(bytes);
                }

                silent.Add(socket);
            }
        }

        foreach (var bytes in new[] { "\x16\x03\x01garbage that is no hello"u8.ToArray(), "PRI * nonsense\r\n\r\n"u8.ToArray(), "P"u8.ToArray(), "\0\0\0\0"u8.ToArray() })
        {
            var stream = await lab.Us.Network.DialAsync(
                TestControlPlane.At("10.10.0.9:1"), TestControlPlane.At("10.10.9.9:80"), null, CancellationToken.None);
            await stream.WriteAsync(bytes);
        }

        Assert.Equal("us-1", await client.GetStringAsync("/"));
        silent.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task A_request_whose_length_two_readers_could_take_differently_is_refused_by_the_gateway()
    {
        await using var lab = await MeshLab.StartAsync();
        lab.With = snapshot => snapshot with { AccessLog = true };
        await lab.PodAsync("us", "us-1", "10.10.0.1");
        await lab.GatewayAsync();

        var answer = await SendRawAsync(
            lab, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400 Bad Request", answer);
        Assert.Equal(answer.IndexOf("HTTP/1.1", StringComparison.Ordinal), answer.LastIndexOf("HTTP/1.1", StringComparison.Ordinal));
        Assert.False(lab.Served.ContainsKey("us-1"));
        await Eventually.HoldsAsync(() => lab.Log.Any(line => line.Contains("400 DPE http1.content_length_and_chunked_not_allowed", StringComparison.Ordinal)), "the access log says why");
    }

    [Fact]
    public async Task A_match_can_leave_out_headers_and_name_its_gateway()
    {
        await using var lab = await MeshLab.StartAsync();
        lab.Routes =
        [
            new()
            {
                Matches =
                [
                    new() { Gateways = ["mesh"] },
                    new() { WithoutHeaders = ImmutableDictionary<string, MeshStringMatch>.Empty.Add("x-user", new("regex", "*")), Uri = new("prefix", "/A"), IgnoreUriCase = true },
                ],
                DirectResponse = (200, "nobody"),
            },
            new() { Destinations = [MeshLab.To()] },
        ];
        await lab.PodAsync("us", "us-1", "10.10.0.1");
        var (client, _) = await lab.GatewayAsync();

        Assert.Equal("nobody", await client.GetStringAsync("/abc"));
        Assert.Equal("us-1", await client.GetStringAsync("/b"));
        client.DefaultRequestHeaders.Add("x-user", "me");
        Assert.Equal("us-1", await client.GetStringAsync("/abc"));
    }

    [Theory]
    [InlineData("GET / HTTP/1.0\r\nHost: a\r\n\r\n", "426 Upgrade Required")]
    [InlineData("CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\nConnection: close\r\n\r\n", "404 Not Found")]
    [InlineData("GET http://b/path HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "200 OK")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Long: 50000\r\n\r\n", "200 OK")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Long: 62000\r\n\r\n", "431 Request Header Fields Too Large")]
    public async Task A_gateway_answers_odd_requests_as_Envoy_does(string request, string status)
    {
        await using var lab = await MeshLab.StartAsync();
        await lab.PodAsync("us", "us-1", "10.10.0.1");
        await lab.GatewayAsync();

        var answer = await SendRawAsync(lab, request.Replace("50000", new string('x', 50_000)).Replace("62000", new string('x', 62_000)));

        Assert.StartsWith($"HTTP/1.1 {status}\r\n", answer);
    }

    /// <summary>All that the gateway answers to these bytes until it closes the connection.</summary>
    private static async Task<string> SendRawAsync(MeshLab lab, string request)
    {
        await using var stream = await lab.Us.Network.DialAsync(
            TestControlPlane.At("10.10.0.9:1"), TestControlPlane.At("10.10.9.9:80"), null, CancellationToken.None);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20));
    }

    private static RequestDelegate Status(int status) => context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };
}
