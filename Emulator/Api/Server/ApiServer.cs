using System.Net;
using Emulator.Api.Security;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace Emulator.Api.Server;

/// <summary>The HTTPS listener of the Kubernetes API.</summary>
/// <remarks>It has a Kestrel of its own: the data plane's listeners come and go, this one must not wait for them.</remarks>
internal sealed class ApiServer(
    ClusterOptions options,
    ApiPort port,
    ClusterAuthority authority,
    ApiApplication application,
    ApiAddress address,
    Bootstrap bootstrap,
    Readiness readiness,
    IServiceProvider services,
    ILoggerFactory loggers,
    ILogger<ApiServer> logger) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private KestrelServer? server;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var kestrel = new KestrelServerOptions { ApplicationServices = services, AddServerHeader = false };
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.MaxConcurrentConnections = null;
        // Long selectors: Go's limit is for all headers together.
        kestrel.Limits.MaxRequestLineSize = 512 * 1024;
        kestrel.Limits.MaxRequestBufferSize = 1024 * 1024;
        kestrel.Limits.MaxRequestHeadersTotalSize = 512 * 1024;
        kestrel.Limits.Http2.MaxStreamsPerConnection = 250;
        kestrel.Listen(IPAddress.Loopback, options.ApiPort, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(new HttpsConnectionAdapterOptions
            {
                ServerCertificate = authority.Server,
                ClientCertificateMode = ClientCertificateMode.AllowCertificate,
                // A wrong certificate is answered with 401 by the authenticator, not with a broken connection.
                ClientCertificateValidation = (_, _, _) => true,
                OnAuthenticate = (_, tls) => tls.CertificateRevocationCheckMode = System.Security.Cryptography.X509Certificates.X509RevocationMode.NoCheck,
            });
        });
        server = new KestrelServer(
            Options.Create(kestrel), new SocketTransportFactory(Options.Create(new SocketTransportOptions { CreateBoundListenSocket = _ => port.Socket }), loggers), loggers);
        var bootstrapping = bootstrap.RunAsync();
        await server.StartAsync(application, cancellationToken);
        await bootstrapping;
        var url = new Uri(server.Features.Get<IServerAddressesFeature>()!.Addresses.First());
        address.Set(new Uri($"https://127.0.0.1:{url.Port}"));
        Kubeconfig.Write(options, authority, address.Url.GetLeftPart(UriPartial.Authority));
        _ = AnnounceAsync(stopping.Token);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        application.Stop();
        if (server is not null)
        {
            await server.StopAsync(cancellationToken);
        }
    }

    public void Dispose()
    {
        stopping.Dispose();
        server?.Dispose();
    }

    private async Task AnnounceAsync(CancellationToken cancellation)
    {
        try
        {
            await readiness.WhenReadyAsync(cancellation);
            await Console.Out.WriteLineAsync($"cluster {options.Name} ready: {address.Url.GetLeftPart(UriPartial.Authority)}");
        }
        catch (OperationCanceledException)
        {
            // The cluster ends before it was ready.
        }
        catch (Exception fault)
        {
            logger.LogError(fault, "The cluster does not become ready");
        }
    }
}
