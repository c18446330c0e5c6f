using Emulator.DataPlane.Routing;
using Emulator.DataPlane.Tracing;

namespace Emulator.DataPlane.Forwarding;

/// <summary>Does with a request what its route says: fault, redirect, fixed answer, or forwarding.</summary>
internal static class RouteExecution
{
    /// <summary>Answers the request; tells who it went to and what went wrong (a response flag), if anything did.</summary>
    public static async ValueTask<(string Peer, string? Flag)> RunAsync(HttpContext context, HttpRoute route, int match, string target, ProxySpan? span)
    {
        var rule = route.Rule;
        if (rule.Delay is { } delay && Happens(delay.Percent))
        {
            await Task.Delay(delay.Delay);
        }

        if (rule.Abort is { } abort && Happens(abort.Percent))
        {
            await Answers.WriteAsync(context, abort.Status, "fault filter abort");
            return ("fault", "FI");
        }

        if (rule.Redirect is { } redirect)
        {
            context.Response.StatusCode = redirect.Code;
            context.Response.Headers.Location = Redirects.Location(redirect, context.Request.Headers.Host.ToString(), target);
            context.Response.Headers.Server = Answers.ServerName;
            return ("redirect", null);
        }

        if (rule.DirectResponse is { } direct)
        {
            await Answers.WriteAsync(context, direct.Status, direct.Body);
            return ("direct", null);
        }

        if (route.Choose() is not { Cluster: { } cluster } chosen)
        {
            await Answers.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "");
            return ("unknown", "NC");
        }

        var headers = context.Request.Headers;
        if (rule.Rewrite?.Authority is { } authority)
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

        return (cluster.Name, await Forwarder.ForwardAsync(context, route, cluster, route.Rewrite(target, match), span));
    }

    public static bool Happens(double percent) => percent >= 100 || Random.Shared.NextDouble() * 100 < percent;
}
