using System.Diagnostics;
using System.Net;
using Emulator.DataPlane.Forwarding;
using Emulator.DataPlane.Logging;
using Emulator.DataPlane.Metrics;
using Emulator.DataPlane.Proxy;
using Emulator.DataPlane.Routing;
using Emulator.DataPlane.Streams;
using Emulator.DataPlane.Tracing;
using Emulator.Mesh;
using Emulator.Telemetry;

namespace Emulator.DataPlane.Outbound;

/// <summary>A sidecar's outbound side: takes every HTTP request that programs in the pod send.</summary>
internal sealed class MeshOutbound(ProxyState state, HttpMessageHandler outside) : HttpMessageHandler
{
    private const string RequestId = "x-request-id";

    private readonly HttpMessageInvoker outside = new(outside);
    private readonly OutboundRouting routing = new(state.Workload.Address);
    private readonly Lock gate = new();
    private OutboundTable? table;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (state.Snapshot is not { } snapshot || state.Tls is null)
        {
            return SidecarAnswer.Create(request, HttpStatusCode.ServiceUnavailable, "the sidecar is not ready: istiod is not running or does not answer");
        }

        var current = Table(snapshot);
        var uri = request.RequestUri!;
        var name = request.Headers.Host is { } host ? HostTable.WithoutPort(host) : uri.Host;
        if (current.Find(name, uri.Port) is not { } service || uri.Scheme != "http")
        {
            // What the mesh knows may be reached over TLS as well.
            return current.Find(name, uri.Port) is null ? await LeaveAsync(current.RegistryOnly, request, cancellationToken) : await outside.SendAsync(request, cancellationToken);
        }

        var trail = new RequestTrail(state.Tracer.Tagged(Begin(request), new MessageView(request).Header), state.ClientLog is null ? null : new AccessLogEntry(request.Method.Method, uri.PathAndQuery, "HTTP/1.1", state.Time));
        if (!request.Headers.Contains(RequestId))
        {
            request.Headers.TryAddWithoutValidation(RequestId, Guid.NewGuid().ToString());
        }

        state.Begin();
        var (status, began) = (0, Stopwatch.GetTimestamp());
        Outcome outcome = default;
        try
        {
            (var response, outcome) = await routing.RouteAsync(current, service, uri.Port, request, trail, cancellationToken);
            response.Headers.Remove("server");
            response.Headers.TryAddWithoutValidation("server", SidecarAnswer.Server);
            status = (int)response.StatusCode;
            return response;
        }
        finally
        {
            state.End();
            var isGrpc = request.Content?.Headers.ContentType?.MediaType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) is true;
            state.Statistics.Count(
                new RequestKey(true, outcome.Cluster?.Name ?? $"outbound|{uri.Port}||{service.Host}", 0, outcome.Endpoint?.Facts ?? PeerFacts.Nobody, status, outcome.Flag, isGrpc), began);
            trail.Span?.End($"{service.Host}:{uri.Port}/*", status);
            if (trail.Entry is { } entry)
            {
                Write(entry, request, status, service.ClusterAddresses.IsEmpty ? null : new IPEndPoint(service.ClusterAddresses[0], uri.Port));
            }
        }
    }

    /// <summary>A connection of a program in the pod that is not HTTP, to the address of a service.</summary>
    public async ValueTask<Stream?> ConnectAsync(IPEndPoint target, string? serverName, CancellationToken cancellation)
    {
        if (state.Snapshot is not { } snapshot || state.Tls is null)
        {
            throw new IOException("the sidecar is not ready: istiod is not running or does not answer");
        }

        var current = Table(snapshot);
        if (current.Find(target.Address.ToString(), target.Port) is not { } service || service.Ports.All(port => port.Number != target.Port))
        {
            return current.RegistryOnly ? throw new IOException($"{target} is not known to the mesh, and pods reach nothing else (REGISTRY_ONLY)") : null;
        }

        var entry = new AccessLogEntry("-", "-", "-", state.Time) { Details = "-" };
        var opened = current.Stream(service, target, serverName) is { } cluster ? await StreamProxy.OpenAsync(cluster, isPassedThrough: false, entry) : null;
        return opened?.Stream ?? throw new IOException($"{service.Host}:{target.Port}: {entry.TransportFailure ?? "no healthy upstream"}");
    }

    /// <summary>Whether the mesh knows that a port of a service does not speak HTTP, whatever a client's first bytes look like.</summary>
    public bool CarriesStreams(IPEndPoint target) =>
        state.Snapshot is { } snapshot && Table(snapshot).Find(target.Address.ToString(), target.Port) is { } service
        && service.Ports.FirstOrDefault(port => port.Number == target.Port) is { Protocol: not ("HTTP" or "HTTP2" or "GRPC") };

    /// <summary>What the mesh does not know: left to the network (ALLOW_ANY), or refused as Istio's BlackHoleCluster does (REGISTRY_ONLY).</summary>
    private async Task<HttpResponseMessage> LeaveAsync(bool registryOnly, HttpRequestMessage request, CancellationToken cancellation)
    {
        var uri = request.RequestUri!;
        var entry = uri.Scheme == "http" && state.ClientLog is not null ? new AccessLogEntry(request.Method.Method, uri.PathAndQuery, "HTTP/1.1", state.Time) : null;
        var (status, began) = ((int)HttpStatusCode.BadGateway, Stopwatch.GetTimestamp());
        try
        {
            if (registryOnly)
            {
                if (entry is not null)
                {
                    (entry.Details, entry.RouteName) = ("direct_response", "block_all");
                }

                return SidecarAnswer.Create(request, HttpStatusCode.BadGateway, "");
            }

            if (entry is not null)
            {
                (entry.UpstreamCluster, entry.RouteName, entry.UpstreamHost) = ("PassthroughCluster", "allow_any", uri.Authority);
            }

            var answer = await outside.SendAsync(request, cancellation);
            status = (int)answer.StatusCode;
            return answer;
        }
        finally
        {
            state.Statistics.Count(new RequestKey(true, registryOnly ? "BlackHoleCluster" : "PassthroughCluster", 0, PeerFacts.Nobody, status, null, false), began);
            if (entry is not null)
            {
                Write(entry, request, status, asked: null);
            }
        }
    }

    private void Write(AccessLogEntry entry, HttpRequestMessage request, int status, IPEndPoint? asked)
    {
        var view = new MessageView(request);
        state.ClientLog?.Write(entry, new LoggedAnswer(
            status, header => header == "host" ? view.Authority : view.Header(header), asked, new IPEndPoint(state.Workload.Address, 0), ServerName: null, IsMutualTls: false));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            outside.Dispose();
        }

        base.Dispose(disposing);
    }

    private OutboundTable Table(MeshSnapshot snapshot)
    {
        if (Volatile.Read(ref table) is { } current && current.Version == snapshot.Version)
        {
            return current;
        }

        lock (gate)
        {
            if (table is null || table.Version != snapshot.Version)
            {
                var next = new OutboundTable(snapshot, state);
                next.Commit(table);
                Volatile.Write(ref table, next);
            }

            return table;
        }
    }

    private ProxySpan? Begin(HttpRequestMessage request)
    {
        if (request.Headers.TryGetValues("traceparent", out var values) && values.First() is { Length: >= 55 } parent)
        {
            var child = state.Tracer.Begin(parent, SpanKind.Client);
            if (child is not null)
            {
                request.Headers.Remove("traceparent");
                request.Headers.TryAddWithoutValidation("traceparent", child.TraceParent);
            }

            return child;
        }

        var root = state.Tracer.Root(SpanKind.Client);
        if (root is not null)
        {
            request.Headers.TryAddWithoutValidation("traceparent", root.TraceParent);
        }

        return root;
    }
}
