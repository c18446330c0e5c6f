using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GlobalIngress.Tests;

/// <summary>A real Kestrel on loopback that answers with one delegate.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private TestServer(WebApplication app)
    {
        this.app = app;
        Address = new IPEndPoint(IPAddress.Loopback, new Uri(app.Urls.Single()).Port);
    }

    public IPEndPoint Address { get; }

    public static async Task<TestServer> StartAsync(RequestDelegate answer, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.Limits.MaxRequestHeadersTotalSize = 128 * 1024;
        });
        var app = builder.Build();
        app.UseWebSockets();
        app.Run(answer);
        await app.StartAsync();
        return new TestServer(app);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }
}
