using System.Diagnostics;
using Emulator.DataPlane.Authorization.External;
using Emulator.DataPlane.Forwarding;
using Emulator.DataPlane.Logging;
using Emulator.DataPlane.Metrics;
using Emulator.DataPlane.Routing;
using Emulator.Mesh;
using Emulator.Network;
using Emulator.Telemetry;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Emulator.DataPlane.Proxy;

/// <summary>An ingress gateway: listens where Gateways say, and routes as VirtualServices say.</summary>
internal sealed class GatewayInbound(ProxyState state, ProxyAdmin admin, AuthorizerClients authorizers) : IInboundProxy
{
    private volatile GatewayTable table = GatewayTable.Empty;

    public GatewayTable Table => table;

    private volatile InboundFilters filters = InboundFilters.None;

    public void Update(MeshSnapshot snapshot)
    {
        filters = InboundFilters.For(snapshot, state, authorizers);
        table = GatewayTable.Compile(snapshot, state);
    }

    /// <summary>Servers that share a port are told apart by the name that a client asks for before anything else.</summary>
    public bool NeedsServerName(int port) => table.Find(port)?.HasTls is true;

    public bool IsGateway => true;

    public bool Listens(int port) => ProxyAdmin.IsPublic(port) || table.Find(port) is not null;

    public InboundDecision Accept(PodConnection connection, bool startsWithTls)
    {
        var port = connection.Destination.Port;
        if (ProxyAdmin.IsPublic(port))
        {
            return startsWithTls ? InboundDecision.Refuse : InboundDecision.PlainText;
        }

        if (state.IsDraining || table.Find(port) is not { } listener)
        {
            return InboundDecision.Refuse;
        }

        return listener.Accept(startsWithTls, connection.ServerName, state, filters);
    }

    public Task HandleAsync(HttpContext context)
    {
        var connection = context.Features.Get<PodConnection>()!;
        var port = connection.Destination.Port;
        return ProxyAdmin.IsPublic(port) ? admin.HandleAsync(context, port)
            : table.Find(port) is { } listener ? RouteAsync(context, connection, listener)
            : Answers.WriteAsync(context, StatusCodes.Status404NotFound, "");
    }

    private async Task RouteAsync(HttpContext context, PodConnection connection, GatewayListener listener)
    {
        var headers = context.Request.Headers;
        ForwardedHeaders.Apply(context, connection);
        var span = state.Tracer.Begin(headers, SpanKind.Server);
        if (span is not null)
        {
            span.Set("http.request.method", context.Request.Method);
            span.Set("url.path", context.Request.Path.Value);
            headers[HeaderNames.TraceParent] = span.TraceParent;
        }

        if (state.IsLeaving)
        {
            // As Envoy says while it drains: the client's next request goes over a new connection, to another pod.
            context.Response.OnStarting(static response =>
            {
                ((HttpResponse)response).Headers.Connection = "close";
                return Task.CompletedTask;
            }, context.Response);
        }

        state.Begin();
        var trail = new RequestTrail(span, state.ClientLog is null ? null : InboundLog.Begin(context, state.Time));
        var began = Stopwatch.GetTimestamp();
        Outcome outcome = default;
        try
        {
            outcome = await RouteAsync(context, connection, listener, trail);
        }
        finally
        {
            state.End();
            var status = context.Response.StatusCode;
            var flag = outcome.Flag;
            state.Statistics.Count(
                new RequestKey(true, outcome.Cluster?.Name, 0, outcome.Endpoint?.Facts ?? PeerFacts.Nobody, status, flag, Http2Exchange.IsNeededFor(context.Request)), began);
            span?.End($"{context.Request.Method} gateway", status, flag);
            if (trail.Entry is { } entry)
            {
                if (flag is not null)
                {
                    trail.Flagged(flag);
                }

                InboundLog.End(state.ClientLog, entry, context, connection);
            }
        }
    }

    private async ValueTask<Outcome> RouteAsync(HttpContext context, PodConnection connection, GatewayListener listener, RequestTrail trail)
    {
        if (await Answers.RefuseAsync(context) is { } refused)
        {
            trail.Answered(refused.Details);
            return new Outcome(refused.Flag);
        }

        var current = filters;
        if (!current.IsEmpty && await current.RefuseAsync(context, connection) is { } refusal)
        {
            trail.Answered(refusal);
            return new Outcome(InboundFilters.FlagOf(refusal));
        }

        if (listener.RedirectsToHttps && context.Request.Headers["x-forwarded-proto"] != "https")
        {
            context.Response.Redirect($"https://{HostTable.WithoutPort(context.Request.Headers.Host.ToString())}{Target(context)}", permanent: true);
            return default;
        }

        var target = Target(context);
        var view = new ContextView(context, target);
        // No rule of a VirtualService is for CONNECT: in Envoy only a route that is made for it takes it.
        foreach (var route in HttpMethods.IsConnect(context.Request.Method) ? [] : listener.Hosts.Find(view.Authority) ?? [])
        {
            if (route.TryMatch(view, listener.Port, out var match))
            {
                return await RouteExecution.RunAsync(context, route, match, target, trail);
            }
        }

        trail.Answered("route_not_found");
        await Answers.WriteAsync(context, StatusCodes.Status404NotFound, "");
        return new Outcome("NR");
    }

    /// <summary>Path and query as they were sent, also where the client sent a whole URL.</summary>
    private static string Target(HttpContext context)
    {
        var raw = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        return raw.StartsWith('/') ? raw : context.Request.Path.ToUriComponent() + context.Request.QueryString;
    }
}
