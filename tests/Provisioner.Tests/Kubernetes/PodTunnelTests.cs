using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Provisioner.Kubernetes;

namespace Provisioner.Tests.Kubernetes;

/// <summary>A port-forward as kubelets speak it over WebSockets: the first byte of a message is its channel, and each channel begins with its port.</summary>
public sealed class PodTunnelTests : IAsyncLifetime
{
    private WebApplication server = null!;
    private KubeApi api = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        server = builder.Build();
        server.UseWebSockets();
        server.MapGet("/debug/endpointz", () => "the pages of istiod");
        server.MapGet("/api/v1/namespaces/istio-system/pods/istiod-1/portforward", ForwardAsync);
        await server.StartAsync(Cancellation);
        api = new KubeApi("us", new k8s.KubernetesClientConfiguration { Host = Address.ToString() });
    }

    public async ValueTask DisposeAsync()
    {
        api.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task What_a_pod_shows_its_own_loopback_is_read_through_the_api()
    {
        using var tunnel = new PodTunnel(api, "istio-system", "istiod-1", Address.Port);

        Assert.Equal("the pages of istiod", await tunnel.GetTextAsync("/debug/endpointz", Cancellation));
        Assert.Equal("the pages of istiod", await tunnel.GetTextAsync("/debug/endpointz", Cancellation));
    }

    [Fact]
    public async Task A_refused_port_forward_is_reported_with_pod_and_port()
    {
        using var tunnel = new PodTunnel(api, "istio-system", "gone", 8080);

        var refused = await Assert.ThrowsAnyAsync<HttpRequestException>(() => tunnel.GetTextAsync("/debug/endpointz", Cancellation));

        Assert.Contains("istio-system/gone:8080", refused.ToString());
    }

    private Uri Address => new(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    // The pod's port is this server itself.
    private static async Task ForwardAsync(HttpContext context)
    {
        var port = ushort.Parse(context.Request.Query["ports"].ToString(), System.Globalization.CultureInfo.InvariantCulture);
        using var socket = await context.WebSockets.AcceptWebSocketAsync("v4.channel.k8s.io");
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        var stream = client.GetStream();
        foreach (var channel in (byte[])[0, 1])
        {
            await socket.SendAsync(new byte[] { channel, (byte)port, (byte)(port >> 8) }, WebSocketMessageType.Binary, true, context.RequestAborted);
        }

        var back = Task.Run(async () =>
        {
            var answer = new byte[4096];
            while (await stream.ReadAsync(answer.AsMemory(1), context.RequestAborted) is > 0 and var read)
            {
                answer[0] = 0;
                await socket.SendAsync(answer.AsMemory(0, read + 1), WebSocketMessageType.Binary, true, context.RequestAborted);
            }
        });
        var asked = new byte[4096];
        while (await socket.ReceiveAsync(asked.AsMemory(), context.RequestAborted) is { MessageType: WebSocketMessageType.Binary } received)
        {
            await stream.WriteAsync(asked.AsMemory(1, received.Count - 1), context.RequestAborted);
        }

        client.Close();
        await back.ContinueWith(_ => { }, TaskScheduler.Default);
    }
}
