using Emulator.DataPlane.Routing;
using Forwarding;

namespace Emulator.DataPlane.Forwarding;

/// <summary>Does with a request what its route says: preflight, fault, redirect, fixed answer, or forwarding.</summary>
internal static class RouteExecution
{
    /// <summary>Answers the request.</summary>
    public static async ValueTask<Outcome> RunAsync(HttpContext context, HttpRoute route, int match, string target, RequestTrail trail)
    {
        if (trail.Entry is { } entry)
        {
            entry.RouteName = route.Rule.Name.Length > 0 ? route.Rule.Name : "default";
        }

        if (route.Cors is { } cors && cors.Allows(context.Request))
        {
            if (CorsRules.IsPreflight(context.Request))
            {
                cors.AnswerPreflight(context);
                trail.Answered("cors_response");
                return default;
            }

            context.Response.OnStarting(() =>
            {
                cors.Complete(context);
                return Task.CompletedTask;
            });
        }

        var rule = route.Rule;
        if (rule.Delay is { } delay && Faults.Happens(delay.Percent))
        {
            await Task.Delay(delay.Delay, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            trail.Flagged("DI");
        }

        if (Faults.Abort(rule, Http2Exchange.IsNeededFor(context.Request)) is { } fault)
        {
            trail.Answered("fault_filter_abort");
            await Faults.AnswerAsync(context, fault);
            return new Outcome("FI");
        }

        if (rule.Redirect is { } redirect)
        {
            trail.Answered("direct_response");
            context.Response.StatusCode = redirect.Code;
            context.Response.Headers.Location = Redirects.Location(
                redirect, new ContextView(context, target).Scheme, context.Request.Headers.Host.ToString(), target, route.ReplacedLength(target, match));
            context.Response.Headers.Server = Answers.ServerName;
            return default;
        }

        if (rule.DirectResponse is { } direct)
        {
            trail.Answered("direct_response");
            await Answers.WriteAsync(context, direct.Status, direct.Body);
            return default;
        }

        if (route.Choose() is not { Cluster: { } cluster } chosen)
        {
            trail.Answered("cluster_not_found");
            await Answers.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "");
            return new Outcome("NC");
        }

        Change(context, route, chosen);
        var rewritten = route.Rewrite(target, match);
        if (route.Mirrors.Length > 0)
        {
            await Mirroring.SendAsync(context, route, rewritten, HttpExchange.HasBody(context));
        }

        return await Forwarder.ForwardAsync(context, route, cluster, rewritten, trail);
    }

    private static void Change(HttpContext context, HttpRoute route, RouteTarget chosen)
    {
        var headers = context.Request.Headers;
        if (route.Rule.Rewrite?.Authority is { } authority)
        {
            headers.Host = authority;
        }

        chosen.Headers.ApplyToRequest(headers);
        if (chosen.Headers.ChangesResponse)
        {
            context.Response.OnStarting(() =>
            {
                chosen.Headers.ApplyToResponse(context.Response.Headers);
                return Task.CompletedTask;
            });
        }
    }
}
