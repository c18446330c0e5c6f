using System.Net;
using Emulator.DataPlane.Forwarding;
using Emulator.DataPlane.Routing;
using Emulator.Mesh;

namespace Emulator.DataPlane.Outbound;

/// <summary>Sends a request of a program in the pod where the rules for its service say.</summary>
/// <param name="source">The pod's address.</param>
internal sealed class OutboundRouting(IPAddress source)
{
    public async Task<Reply> RouteAsync(
        OutboundTable table, MeshService service, int port, HttpRequestMessage request, RequestTrail trail, CancellationToken cancellation)
    {
        var view = new MessageView(request);
        foreach (var route in table.Routes(service, port))
        {
            if (route.TryMatch(view, port, out var match))
            {
                return await ExecuteAsync(route, match, request, trail, cancellation);
            }
        }

        trail.Answered("route_not_found", "NR");
        return new Reply(SidecarAnswer.Create(request, HttpStatusCode.NotFound, ""), new Outcome("NR"));
    }

    private async Task<Reply> ExecuteAsync(
        HttpRoute route, int match, HttpRequestMessage request, RequestTrail trail, CancellationToken cancellation)
    {
        var rule = route.Rule;
        if (trail.Entry is { } entry)
        {
            entry.RouteName = rule.Name.Length > 0 ? rule.Name : "default";
        }

        if (rule.Delay is { } delay && Faults.Happens(delay.Percent))
        {
            await Task.Delay(delay.Delay, cancellation);
            trail.Flagged("DI");
        }

        if (Faults.Abort(rule, isGrpc: false) is { } fault)
        {
            trail.Answered("fault_filter_abort", "FI");
            return new Reply(SidecarAnswer.Create(request, (HttpStatusCode)fault.Status, Faults.Body), new Outcome("FI"));
        }

        var authority = request.Headers.Host ?? request.RequestUri!.Authority;
        if (Fixed(route, match, request, authority) is { } answered)
        {
            trail.Answered("direct_response");
            return new Reply(answered);
        }

        if (route.Choose() is not { Cluster: { } cluster } chosen)
        {
            trail.Answered("cluster_not_found", "NC");
            return new Reply(SidecarAnswer.Create(request, HttpStatusCode.ServiceUnavailable, ""), new Outcome("NC"));
        }

        request.Headers.Host = rule.Rewrite?.Authority ?? authority;
        chosen.Headers.ApplyToRequest(
            (name, value) =>
            {
                request.Headers.Remove(name);
                request.Headers.TryAddWithoutValidation(name, value);
            },
            (name, value) => request.Headers.TryAddWithoutValidation(name, value),
            name => request.Headers.Remove(name));
        var rewritten = route.Rewrite(request.RequestUri!.PathAndQuery, match);
        await Mirroring.SendAsync(request, route, rewritten, request.Headers.Host);
        var reply = await MessageForwarder.SendAsync(request, route, cluster, rewritten, source, trail, cancellation);
        var answer = reply.Message;
        chosen.Headers.ApplyToResponse(
            (name, value) =>
            {
                answer.Headers.Remove(name);
                answer.Headers.TryAddWithoutValidation(name, value);
            },
            (name, value) => answer.Headers.TryAddWithoutValidation(name, value),
            name => answer.Headers.Remove(name));
        return reply;
    }

    /// <summary>The answer of a rule that asks no destination; null: it asks one.</summary>
    private static HttpResponseMessage? Fixed(HttpRoute route, int match, HttpRequestMessage request, string authority)
    {
        if (route.Rule.Redirect is { } redirect)
        {
            var target = request.RequestUri!.PathAndQuery;
            var response = SidecarAnswer.Create(request, (HttpStatusCode)redirect.Code, "");
            response.Headers.TryAddWithoutValidation("Location", Redirects.Location(redirect, "http", authority, target, route.ReplacedLength(target, match)));
            return response;
        }

        return route.Rule.DirectResponse is { } direct ? SidecarAnswer.Create(request, (HttpStatusCode)direct.Status, direct.Body) : null;
    }
}
