using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using GlobalIngress.Kubernetes;
using k8s;
using Microsoft.AspNetCore.Http;

namespace GlobalIngress.Tests;

public sealed class PortForwardTests
{
    private const string Path = "/api/v1/namespaces/istio-ingress/pods/gateway-0/portforward";

    [Fact]
    public async Task Requests_and_large_answers_pass_through_the_api_server()
    {
        await using var pod = await TestServer.StartAsync(async context =>
        {
            var body = await new StreamReader(context.Request.Body).ReadToEndAsync();
            await context.Response.WriteAsync(new string('a', 200_000) + body);
        });
        await using var api = await StartApiAsync(pod.Address.Port);
        using var client = Through(api);

        var answer = await client.PostAsync(new Uri("http://gateway-0/"), new StringContent(new string('b', 100_000)));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal((300_000, 'a', 'b'), (text.Length, text[0], text[^1]));
        Assert.EndsWith("again", await (await client.PostAsync(new Uri("http://gateway-0/"), new StringContent("again"))).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task What_the_kubelet_says_against_it_is_the_reason_given()
    {
        await using var api = await StartApiAsync(port: 1);
        using var client = Through(api);

        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri("http://gateway-0/")));
        Assert.Contains("refused", $"{failure.Message} {failure.InnerException?.Message}", StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_refused_upgrade_names_cluster_and_pod()
    {
        await using var api = await TestServer.StartAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        });
        using var client = Through(api);

        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri("http://gateway-0/")));
        Assert.Contains("us does not forward to port 80 of pod istio-ingress/gateway-0", $"{failure.Message} {failure.InnerException?.Message}");
    }

    private static HttpClient Through(TestServer api)
    {
        var cluster = new KubeClient("us", new KubernetesClientConfiguration { Host = $"http://{api.Address}" });
        return new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellation) => await cluster.PortForwardAsync("istio-ingress", "gateway-0", context.DnsEndPoint.Port, cancellation),
        });
    }

    /// <summary>Forwards as an API server does: the port on each channel first, then data and errors.</summary>
    private static Task<TestServer> StartApiAsync(int port) => TestServer.StartAsync(async context =>
    {
        Assert.Equal(Path, context.Request.Path);
        using var socket = await context.WebSockets.AcceptWebSocketAsync(PortForwardStream.Protocol);
        await SendAsync(socket, [0, 80, 0]);
        await SendAsync(socket, [1, 80, 0]);
        using var pod = new TcpClient();
        try
        {
            await pod.ConnectAsync("127.0.0.1", port);
        }
        catch (SocketException error)
        {
            await SendAsync(socket, [1, .. Encoding.UTF8.GetBytes(error.Message)]);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
            return;
        }

        await Task.WhenAny(ToPodAsync(socket, pod.GetStream()), FromPodAsync(pod.GetStream(), socket));
    });

    private static async Task ToPodAsync(WebSocket socket, NetworkStream pod)
    {
        var buffer = new byte[8192];
        var begins = true;
        while (await socket.ReceiveAsync(buffer, CancellationToken.None) is { MessageType: WebSocketMessageType.Binary } part)
        {
            await pod.WriteAsync(buffer.AsMemory(begins ? 1 : 0, part.Count - (begins ? 1 : 0)));
            begins = part.EndOfMessage;
        }
    }

    private static async Task FromPodAsync(NetworkStream pod, WebSocket socket)
    {
        var buffer = new byte[8192];
        while (await pod.ReadAsync(buffer.AsMemory(1)) is > 0 and var count)
        {
            buffer[0] = 0;
            await SendAsync(socket, buffer[..(count + 1)]);
        }
    }

    private static Task SendAsync(WebSocket socket, byte[] message) => socket.SendAsync(message, WebSocketMessageType.Binary, true, CancellationToken.None);
}
