using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace GlobalIngress.Tests;

/// <summary>Clients of the VIP that are unlike others.</summary>
public sealed class ClientTests
{
    private const string Request = "GET / HTTP/1.1\r\nHost: whereami.example\r\nConnection: close\r\n\r\n";

    [Fact]
    public async Task A_client_that_has_shut_down_its_sending_side_gets_its_answer()
    {
        await using var ingress = await RunningIngress.StartServingAsync();
        var sent = new TaskCompletionSource();
        ingress.UsPod.Serve = async context =>
        {
            await sent.Task;
            await context.Response.WriteAsync("late");
        };
        using var client = await ConnectAsync(ingress);
        await client.SendAsync(Encoding.ASCII.GetBytes(Request));

        client.Shutdown(SocketShutdown.Send);
        await Testing.Eventually.HoldsAsync(() => ingress.UsPod.LastHeaders?.Host.ToString() == "whereami.example", "the request has reached the pod");
        sent.SetResult();

        var answer = await ReadAsync(client);
        Assert.StartsWith("HTTP/1.1 200 OK", answer);
        Assert.Contains("\r\nlate\r\n", answer);
    }

    [Fact]
    public async Task A_client_that_resets_its_connection_ends_the_request_behind_the_VIP()
    {
        await using var ingress = await RunningIngress.StartServingAsync();
        var ended = new TaskCompletionSource();
        ingress.UsPod.Serve = async context =>
        {
            context.RequestAborted.Register(() => ended.TrySetResult());
            await ended.Task;
        };
        using var client = await ConnectAsync(ingress);
        await client.SendAsync(Encoding.ASCII.GetBytes(Request));
        await Testing.Eventually.HoldsAsync(() => ingress.UsPod.LastHeaders?.Host.ToString() == "whereami.example", "the request has reached the pod");

        client.LingerState = new LingerOption(true, 0);
        client.Close();

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task An_answer_without_end_ends_with_the_client_that_reads_it()
    {
        await using var ingress = await RunningIngress.StartServingAsync();
        var ended = new TaskCompletionSource();
        ingress.UsPod.Serve = async context =>
        {
            context.RequestAborted.Register(() => ended.TrySetResult());
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.WriteAsync(new string('x', 1000));
                await context.Response.Body.FlushAsync();
                await Task.Yield();
            }
        };
        using (var client = await ConnectAsync(ingress))
        {
            await client.SendAsync(Encoding.ASCII.GetBytes(Request));
            Assert.NotEqual(0, await client.ReceiveAsync(new byte[100]));
            client.Shutdown(SocketShutdown.Both);
        }

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")]
    [InlineData("Content-Length: 4\r\nContent-Length: 5\r\n", "abcde")]
    [InlineData("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n", "zz\r\n\r\n")]
    public async Task A_request_whose_length_two_readers_could_take_differently_is_not_passed_on(string headers, string body)
    {
        await using var ingress = await RunningIngress.StartServingAsync();
        var smuggled = false;
        ingress.UsPod.Serve = context =>
        {
            smuggled |= context.Request.Path == "/smuggled";
            return context.Request.Body.CopyToAsync(Stream.Null);
        };
        using var client = await ConnectAsync(ingress);

        await client.SendAsync(Encoding.ASCII.GetBytes(
            $"POST / HTTP/1.1\r\nHost: whereami.example\r\n{headers}\r\n{body}GET /smuggled HTTP/1.1\r\nHost: whereami.example\r\n\r\n"));

        Assert.StartsWith("HTTP/1.1 400 Bad Request", await ReadAsync(client));
        Assert.Equal("us", await Plain(ingress));
        Assert.False(smuggled);
    }

    [Fact]
    public async Task A_WebSocket_goes_through_the_VIP_also_over_TLS()
    {
        using var certificate = new TestCertificate("localhost");
        await using var ingress = await RunningIngress.StartServingAsync();
        ingress.UsPod.Serve = async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[100];
            var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
            await socket.SendAsync(buffer.AsMemory(0, received.Count), WebSocketMessageType.Text, true, CancellationToken.None);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        };
        ingress.Us.Apply("secrets", certificate.Secret("cert"));
        ingress.ApplyIngress("\"backend\": {\"serviceName\": \"mcs\", \"servicePort\": 80}, \"tls\": [{\"secretName\": \"cert\"}]");
        await Testing.Eventually.HoldsAsync(() => ingress.Ingress?["metadata"]?["annotations"]?["lab.dev/https-url"] is not null, "the VIP speaks TLS");

        foreach (var scheme in new[] { "ws", "wss" })
        {
            using var client = new ClientWebSocket();
            client.Options.RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == certificate.Public.Thumbprint;
            await client.ConnectAsync(new UriBuilder(ingress.Client.BaseAddress!) { Scheme = scheme }.Uri, CancellationToken.None);
            await client.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
            var buffer = new byte[100];
            var received = await client.ReceiveAsync(buffer, CancellationToken.None);
            Assert.Equal("hello", Encoding.ASCII.GetString(buffer, 0, received.Count));
            Assert.Equal(WebSocketMessageType.Close, (await client.ReceiveAsync(buffer, CancellationToken.None)).MessageType);
        }
    }

    [Theory]
    [InlineData(60_000, HttpStatusCode.OK)]
    [InlineData(70_000, HttpStatusCode.RequestHeaderFieldsTooLarge)]
    public async Task Headers_of_up_to_64_KiB_go_through_the_VIP(int length, HttpStatusCode status)
    {
        await using var ingress = await RunningIngress.StartServingAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "X-Long", new string('x', length) } } };

        using var answer = await ingress.Client.SendAsync(request);

        Assert.Equal(status, answer.StatusCode);
    }

    private static async Task<string> Plain(RunningIngress ingress)
    {
        ingress.UsPod.Serve = null;
        return await ingress.GetAsync();
    }

    private static async Task<Socket> ConnectAsync(RunningIngress ingress)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, ingress.Client.BaseAddress!.Port);
        return socket;
    }

    private static async Task<string> ReadAsync(Socket socket)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var answer = new MemoryStream();
        var buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer, deadline.Token) is > 0 and var length)
        {
            answer.Write(buffer, 0, length);
        }

        return Encoding.UTF8.GetString(answer.ToArray());
    }
}
