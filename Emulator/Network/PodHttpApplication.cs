using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http.Features;

namespace Emulator.Network;

/// <summary>Hands each request to the pod that its connection leads to: to the pod's proxy, or else to what listens on the port.</summary>
internal sealed class PodHttpApplication(IServiceScopeFactory scopes, ILogger logger) : IHttpApplication<DefaultHttpContext>
{
    public DefaultHttpContext CreateContext(IFeatureCollection contextFeatures)
    {
        // Kestrel keeps one context per connection and lends it out again for the next request.
        if (contextFeatures is IHostContextContainer<DefaultHttpContext> container)
        {
            if (container.HostContext is { } known)
            {
                known.Initialize(contextFeatures);
                return known;
            }

            return container.HostContext = Create(contextFeatures);
        }

        return Create(contextFeatures);
    }

    public Task ProcessRequestAsync(DefaultHttpContext context)
    {
        var connection = context.Features.Get<PodConnection>()!;
        if (connection.Handler is { } handler)
        {
            return handler(context);
        }

        var inbound = connection.Pod.Inbound;
        if (inbound != connection.AcceptedBy)
        {
            // Taken before the proxy came or went: what was decided then does not hold any more.
            context.Abort();
            return Task.CompletedTask;
        }

        if (inbound is not null)
        {
            return connection.Pod.ProxyWork.RunAsync(inbound, static (proxy, request) => proxy.HandleAsync(request), context);
        }

        if (connection.Pod.Ports.TryGetValue(connection.Destination.Port, out var serve))
        {
            return serve(context);
        }

        context.Abort();
        return Task.CompletedTask;
    }

    public void DisposeContext(DefaultHttpContext context, Exception? exception)
    {
        if (exception is not null and not OperationCanceledException)
        {
            var connection = context.Features.Get<PodConnection>();
            logger.LogWarning("Request to pod {Namespace}/{Pod} failed: {Error}", connection?.Pod.Namespace, connection?.Pod.Name, exception.Message);
        }

        context.Uninitialize();
    }

    private DefaultHttpContext Create(IFeatureCollection features) => new(features) { ServiceScopeFactory = scopes };
}
