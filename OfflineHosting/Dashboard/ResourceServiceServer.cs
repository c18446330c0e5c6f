using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dashboard;

/// <summary>The gRPC endpoint on loopback that the dashboard asks; every call carries the key.</summary>
internal sealed class ResourceServiceServer(DistributedApplication application, DashboardSettings settings) : IAsyncDisposable
{
    public const string KeyHeader = "x-resource-service-api-key";

    private WebApplication? _server;

    /// <summary>Starts and returns the address.</summary>
    public async Task<string> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(
            IPAddress.Loopback, new Uri(settings.ResourceServiceUrl).Port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddRoutingCore();
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
        builder.Services.AddSingleton(application).AddSingleton(settings);
        builder.Services.AddGrpc();

        var server = builder.Build();
        var expected = Encoding.UTF8.GetBytes(settings.ResourceServiceApiKey);
        server.Use((context, next) =>
        {
            var given = Encoding.UTF8.GetBytes(context.Request.Headers[KeyHeader].ToString());
            if (CryptographicOperations.FixedTimeEquals(given, expected))
            {
                return next(context);
            }

            // gRPC clients read 401 as Unauthenticated.
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        });
        server.UseRouting();
        server.MapGrpcService<ResourceService>();
        await server.StartAsync();
        _server = server;
        return server.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
