using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Emulator.Network;

/// <summary>One Kestrel for all pods of the cluster, fed with connections that are already accepted, decided upon and decrypted.</summary>
internal sealed class PodHttpServer : IAsyncDisposable
{
    private readonly PodConnectionQueue http1 = new();
    private readonly PodConnectionQueue http2 = new();
    private readonly KestrelServer server;
    private readonly PodHttpApplication application;

    public PodHttpServer(IServiceScopeFactory scopes, ILoggerFactory loggers)
    {
        var options = new KestrelServerOptions { AddServerHeader = false, AllowSynchronousIO = false };

        // TLS has been taken off before, so that a client's scheme is https where this server sees none.
        options.AllowAlternateSchemes = true;

        // A whole URL as the target names the host, whatever the Host header says (RFC 9112, 3.2.2).
        options.AllowHostHeaderOverride = true;
        var limits = options.Limits;
        limits.MaxConcurrentConnections = 10_000;
        limits.MaxConcurrentUpgradedConnections = 1_000;

        // Envoy's: max_request_headers_kb and max_headers_count, which Istio leaves at their defaults. What is more is answered 431, a longer URL 414.
        limits.MaxRequestHeadersTotalSize = 60 * 1024;
        limits.MaxRequestHeaderCount = 100;
        limits.MaxRequestLineSize = 60 * 1024;
        limits.MaxRequestBodySize = null;
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;
        limits.Http2.MaxRequestHeaderFieldSize = 60 * 1024;
        limits.Http2.MaxStreamsPerConnection = 1_000;

        // Proxies keep their connections; they, and not the pod, decide when an idle one ends.
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(10);
        options.Listen(http1.EndPoint, listen => listen.Protocols = HttpProtocols.Http1);
        options.Listen(http2.EndPoint, listen => listen.Protocols = HttpProtocols.Http2);
        server = new KestrelServer(Options.Create(options), new QueueSelector(http1, http2), loggers);
        application = new PodHttpApplication(scopes, loggers.CreateLogger<PodHttpServer>());
    }

    public Task StartAsync(CancellationToken cancellation) => server.StartAsync(application, cancellation);

    /// <summary>Serves a connection; it is Kestrel's from here on.</summary>
    public bool TryServe(ConnectionContext connection, bool isHttp2) => (isHttp2 ? http2 : http1).TryAdd(connection);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        await server.StopAsync(now.Token);
        server.Dispose();
    }

    private sealed class QueueSelector(params PodConnectionQueue[] queues) : IConnectionListenerFactory
    {
        public ValueTask<IConnectionListener> BindAsync(System.Net.EndPoint endpoint, CancellationToken cancellationToken = default) =>
            new(Array.Find(queues, queue => queue.EndPoint == endpoint)!);
    }
}
