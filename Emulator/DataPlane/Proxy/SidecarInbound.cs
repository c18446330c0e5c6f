using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Cryptography;
using Emulator.DataPlane.Authorization.External;
using Emulator.DataPlane.Forwarding;
using Emulator.DataPlane.Identity;
using Emulator.DataPlane.Logging;
using Emulator.DataPlane.Metrics;
using Emulator.DataPlane.Outbound;
using Emulator.DataPlane.Tracing;
using Emulator.Mesh;
using Emulator.Network;
using Emulator.Telemetry;
using Forwarding;
using Microsoft.Net.Http.Headers;

namespace Emulator.DataPlane.Proxy;

/// <summary>A sidecar's inbound side: proves and checks identities, then hands requests to the pod's containers, in memory.</summary>
internal sealed class SidecarInbound(ProxyState state, ProxyAdmin admin, AuthorizerClients authorizers) : IInboundProxy
{
    private const string ForwardedClientCertificate = "x-forwarded-client-cert";

    private volatile PeerPolicy policy = PeerPolicy.Default;
    private volatile ImmutableDictionary<int, int> ingress = ImmutableDictionary<int, int>.Empty;
    private volatile InboundFilters filters = InboundFilters.None;

    public void Update(MeshSnapshot snapshot)
    {
        policy = PeerPolicy.For(snapshot, state.Workload.Namespace, state.Workload.Labels);
        ingress = EgressScope.Sidecar(snapshot, state.Workload)?.Ingress ?? ImmutableDictionary<int, int>.Empty;
        filters = InboundFilters.For(snapshot, state, authorizers);
    }

    public InboundDecision Accept(PodConnection connection, bool startsWithTls)
    {
        var port = connection.Destination.Port;
        if (ProxyAdmin.IsPublic(port))
        {
            return startsWithTls ? InboundDecision.Refuse : InboundDecision.PlainText;
        }

        // Like iptables before Envoy listens: captured, and nobody there.
        if (state.Tls is not { } tls || state.IsDraining || !policy.Allows(port, startsWithTls))
        {
            return InboundDecision.Refuse;
        }

        var stream = state.Pod.Streams.ContainsKey(Inside(port)) ? ServeStreamAsync : (StreamHandler?)null;
        return new InboundDecision(true, startsWithTls ? tls.Server : null, stream);
    }

    private async Task ServeStreamAsync(Stream stream, PodConnection connection)
    {
        if (!filters.Refuses(connection) && state.Pod.Streams.TryGetValue(Inside(connection.Destination.Port), out var serve))
        {
            await serve(stream, connection);
        }
    }

    public Task HandleAsync(HttpContext context)
    {
        var connection = context.Features.Get<PodConnection>()!;
        var port = connection.Destination.Port;
        if (ProxyAdmin.IsPublic(port))
        {
            return admin.HandleAsync(context, port);
        }

        return state.Pod.Ports.TryGetValue(Inside(port), out var application)
            ? PassAsync(context, connection, application)
            : Answers.WriteAsync(
                context, StatusCodes.Status503ServiceUnavailable,
                "upstream connect error or disconnect/reset before headers. reset reason: remote connection failure, "
                + "transport failure reason: delayed connect error: Connection refused");
    }

    /// <summary>Who is at the other end: looked up once for a connection.</summary>
    private PeerFacts Peer(PodConnection connection) => (PeerFacts)(connection.ProxyPeer ??=
        state.Snapshot is { } snapshot ? PeerFacts.Of(snapshot, connection.Source.Address, connection.PeerIdentity) : PeerFacts.Of(connection.PeerIdentity));

    /// <summary>The port inside the pod that takes what comes to a port.</summary>
    private int Inside(int port) => ingress.IsEmpty ? port : ingress.GetValueOrDefault(port, port);

    private async Task PassAsync(HttpContext context, PodConnection connection, RequestDelegate application)
    {
        Mark(context.Request.Headers, connection);
        var span = Begin(context, connection);
        if (state.IsDraining || state.IsLeaving)
        {
            // So that the peer opens its next connection elsewhere: here there will be none.
            context.Response.Headers.Connection = "close";
        }

        context.Response.OnStarting(static response =>
        {
            ((HttpResponse)response).Headers.Server = Answers.ServerName;
            return Task.CompletedTask;
        }, context.Response);
        state.Begin();
        var began = Stopwatch.GetTimestamp();
        string? flag = null;
        var entry = state.ServerLog is null ? null : InboundLog.Begin(context, state.Time);
        try
        {
            var current = filters;
            if (current.IsEmpty || await current.RefuseAsync(context, connection) is not { } refusal)
            {
                await application(context);
                if (entry is not null)
                {
                    entry.ServiceTime = Milliseconds.Text((long)Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                }
            }
            else
            {
                flag = InboundFilters.FlagOf(refusal);
                if (entry is not null)
                {
                    (entry.Details, entry.Flag) = (refusal, flag);
                }
            }
        }
        finally
        {
            state.End();
            var status = context.Response.StatusCode;
            state.Statistics.Count(
                new RequestKey(false, null, connection.Destination.Port, Peer(connection), status, flag, Http2Exchange.IsNeededFor(context.Request)), began);
            span?.End($"inbound {connection.Destination.Port}", status);
            if (entry is not null)
            {
                entry.UpstreamHost = connection.Destination.ToString();
                entry.UpstreamCluster = $"inbound|{connection.Destination.Port}||";
                entry.RouteName = "default";
                InboundLog.End(state.ServerLog, entry, context, connection);
            }
        }
    }

    /// <summary>What the workload is told of the request besides what the client sent.</summary>
    private void Mark(IHeaderDictionary headers, PodConnection connection)
    {
        if (connection.PeerIdentity is null)
        {
            headers.Remove(ForwardedClientCertificate);
        }
        else
        {
            headers[ForwardedClientCertificate] = (string)(connection.ProxyNote ??= Describe(connection));
        }

        if (!headers.ContainsKey("x-request-id"))
        {
            headers["x-request-id"] = Guid.NewGuid().ToString();
        }

        if (!headers.ContainsKey("x-forwarded-proto"))
        {
            headers["x-forwarded-proto"] = "http";
        }
    }

    private ProxySpan? Begin(HttpContext context, PodConnection connection)
    {
        var headers = context.Request.Headers;
        var span = state.Tracer.Begin(headers, SpanKind.Server);
        if (span is not null)
        {
            headers[HeaderNames.TraceParent] = span.TraceParent;
            span.Set("http.request.method", context.Request.Method);
            span.Set("url.path", context.Request.Path.Value);
            span.Set("source.principal", connection.PeerIdentity);
        }

        return span;
    }

    /// <summary>As Envoy's SANITIZE_SET does: our identity, the peer's certificate and identity, and nothing that the peer may have claimed.</summary>
    private string Describe(PodConnection connection) =>
        $"By={state.Tls?.Identity.Id};Hash={Convert.ToHexStringLower(SHA256.HashData(connection.PeerCertificate!.RawData))};"
        + $"Subject=\"{connection.PeerCertificate.Subject}\";URI={connection.PeerIdentity}";
}
