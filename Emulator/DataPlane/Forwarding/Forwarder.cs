using System.Globalization;
using Emulator.DataPlane.Routing;
using Emulator.DataPlane.Tracing;
using Emulator.DataPlane.Upstream;
using Emulator.Network;
using Emulator.Telemetry;
using Forwarding;

namespace Emulator.DataPlane.Forwarding;

/// <summary>Sends a request to an endpoint of its route, to another when that fails, and gives back the answer.</summary>
internal static class Forwarder
{
    /// <summary>Answers the request.</summary>
    public static async Task<Outcome> ForwardAsync(HttpContext context, HttpRoute route, UpstreamCluster cluster, string target, RequestTrail trail)
    {
        using var timeout = route.Rule.Timeout is { } limit && limit > TimeSpan.Zero ? new CancellationTokenSource(limit) : null;
        var whole = timeout?.Token ?? CancellationToken.None;
        if (cluster.Breaker is not { } breaker)
        {
            return await AttemptAsync(context, route, cluster, target, trail, whole);
        }

        if (!await breaker.TryEnterAsync(whole))
        {
            return new Outcome(await FailAsync(context, new UpstreamException(UpstreamFailure.Overflow, "overflow"), trail), cluster);
        }

        try
        {
            return await AttemptAsync(context, route, cluster, target, trail, whole);
        }
        finally
        {
            breaker.Leave();
        }
    }

    private static async Task<Outcome> AttemptAsync(
        HttpContext context, HttpRoute route, UpstreamCluster cluster, string target, RequestTrail trail, CancellationToken whole)
    {
        var isHttp2 = Http2Exchange.IsNeededFor(context.Request);
        var hasBody = HttpExchange.HasBody(context);
        var hash = cluster.Policy.ConsistentHash is null ? null : Hash(context, cluster, target);
        List<UpstreamEndpoint>? tried = null;
        for (var attempt = 0; ; attempt++)
        {
            if (cluster.Pick(tried, hash) is not { } endpoint)
            {
                trail.Answered("no_healthy_upstream");
                await Answers.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "no healthy upstream");
                return new Outcome("UH", cluster);
            }

            var attempted = trail.Span?.Child(SpanKind.Client);
            using var perTry = route.Rule.PerTryTimeout is not null ? CancellationTokenSource.CreateLinkedTokenSource(whole) : null;
            perTry?.CancelAfter(route.Rule.PerTryTimeout!.Value);
            var cancellation = perTry?.Token ?? whole;
            trail.SentTo(cluster, endpoint);
            endpoint.Begin();
            try
            {
                IExchange exchange = isHttp2
                    ? new Http2Exchange(context, endpoint, target, attempted?.TraceParent, cancellation)
                    : new HttpExchange(context, endpoint, target, hasBody, new MeshHeaders(attempted?.TraceParent, attempt), cancellation);
                var status = await exchange.SendAsync();
                cluster.Report(endpoint, status);
                End(attempted, cluster, endpoint, status, null);
                if (attempt < route.Retry.Attempts && !hasBody && route.Retry.Retries(status) && await MayRetryAsync(route, cluster, attempt, whole))
                {
                    exchange.Abandon();
                    Note(ref tried, endpoint, route);
                    continue;
                }

                if (trail.Entry is { } entry)
                {
                    entry.Sent = await exchange.AnswerAsync();
                    entry.ServiceTime = context.Response.Headers["x-envoy-upstream-service-time"];
                }
                else
                {
                    await exchange.AnswerAsync();
                }

                return new Outcome(attempt == 0 ? null : Exhausted(route, attempt, route.Retry.Retries(status)), cluster, endpoint);
            }
            catch (ClientGoneException gone)
            {
                End(attempted, cluster, endpoint, gone.Status, gone.Message);
                return new Outcome(await EndAsync(context, gone, trail), cluster, endpoint);
            }
            catch (UpstreamException e)
            {
                cluster.Failed(endpoint, e.Failure is not UpstreamFailure.Reset and not UpstreamFailure.Timeout);
                End(attempted, cluster, endpoint, e.Status, e.Message);
                if (context.Response.HasStarted)
                {
                    context.Abort();
                    return new Outcome(e.Flag, cluster, endpoint);
                }

                var bodyIsGone = hasBody && e.Failure is (UpstreamFailure.Reset or UpstreamFailure.Timeout);
                if (attempt < route.Retry.Attempts && !bodyIsGone && !whole.IsCancellationRequested && route.Retry.Retries(e.Failure)
                    && await MayRetryAsync(route, cluster, attempt, whole))
                {
                    Note(ref tried, endpoint, route);
                    continue;
                }

                var flag = await FailAsync(context, e, trail);
                return new Outcome(Exhausted(route, attempt, route.Retry.Retries(e.Failure)) is { } exhausted ? $"{flag},{exhausted}" : flag, cluster, endpoint);
            }
            finally
            {
                endpoint.End();
            }
        }
    }

    /// <summary>Waits as the route's backoff says; false when no more attempts are allowed at the moment.</summary>
    public static async ValueTask<bool> MayRetryAsync(HttpRoute route, UpstreamCluster cluster, int attempt, CancellationToken cancellation)
    {
        if (cluster.Breaker?.TryRetry() is false)
        {
            return false;
        }

        // It counts while the decision is made and the pause lasts, which is when retries pile up.
        try
        {
            if (route.Retry.Pause(attempt) is { } pause)
            {
                await Task.Delay(pause, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            return !cancellation.IsCancellationRequested;
        }
        finally
        {
            cluster.Breaker?.EndRetry();
        }
    }

    /// <summary>Keeps in mind where an attempt went, so that the next one goes elsewhere.</summary>
    public static void Note(ref List<UpstreamEndpoint>? tried, UpstreamEndpoint endpoint, HttpRoute route)
    {
        if (!route.Rule.RetriesAnywhere)
        {
            (tried ??= []).Add(endpoint);
        }
    }

    /// <summary>What Envoy adds to an answer after which it would have tried again, had it not done so as often as it may; null: nothing.</summary>
    public static string? Exhausted(HttpRoute route, int attempt, bool isRetriable) => isRetriable && attempt > 0 && attempt >= route.Retry.Attempts ? "URX" : null;

    private static async Task<string?> FailAsync(HttpContext context, UpstreamException e, RequestTrail trail)
    {
        if (trail.Entry is { } entry)
        {
            entry.Details = e.Details;
            entry.TransportFailure = e.Failure is UpstreamFailure.Tls or UpstreamFailure.Connect ? e.Message : null;
        }

        await Answers.WriteAsync(context, e.Status, e.Body, e.Failure is UpstreamFailure.Overflow ? [("x-envoy-overloaded", "true")] : []);
        return e.Flag;
    }

    private static async Task<string?> EndAsync(HttpContext context, ClientGoneException gone, RequestTrail trail)
    {
        trail.Answered("downstream_remote_disconnect");
        if (context.Response.HasStarted || gone.Status == StatusCodes.Status499ClientClosedRequest)
        {
            context.Abort();
        }
        else
        {
            await Answers.WriteAsync(context, gone.Status, gone.Message, ("Connection", "close"));
        }

        return "DC";
    }

    private static ulong? Hash(HttpContext context, UpstreamCluster cluster, string target)
    {
        var key = HashKey.Of(
            cluster.Policy.ConsistentHash!, new ContextView(context, target), context.Features.Get<PodConnection>()?.Source.Address, out var cookie);
        if (cookie is not null)
        {
            context.Response.Headers.Append("Set-Cookie", cookie);
        }

        return key;
    }

    private static void End(ProxySpan? span, UpstreamCluster cluster, UpstreamEndpoint endpoint, int status, string? error)
    {
        if (span is not null)
        {
            span.Set("upstream_cluster", cluster.Name);
            span.Set("server.address", endpoint.Endpoint.Address.Address.ToString());
            span.Set("server.port", endpoint.Endpoint.Address.Port.ToString(CultureInfo.InvariantCulture));
            span.Set("peer.k8s.pod.name", endpoint.Endpoint.Pod);
            span.Set("peer.k8s.cluster.name", endpoint.Endpoint.Cluster);
            span.End($"to {endpoint.Endpoint.Cluster} {endpoint.Endpoint.Pod}", status, error);
        }
    }
}
