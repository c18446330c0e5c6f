using System.Globalization;
using Emulator.DataPlane.Routing;
using Emulator.DataPlane.Tracing;
using Emulator.DataPlane.Upstream;
using Emulator.Telemetry;
using Microsoft.AspNetCore.Http.Features;

namespace Emulator.DataPlane.Forwarding;

/// <summary>Sends a request to an endpoint of its route, to another when that fails, and gives back the answer.</summary>
internal static class Forwarder
{
    /// <summary>Answers the request; returns what went wrong on the way, or null.</summary>
    public static async Task<string?> ForwardAsync(HttpContext context, HttpRoute route, UpstreamCluster cluster, string target, ProxySpan? span)
    {
        using var timeout = route.Rule.Timeout is { } limit && limit > TimeSpan.Zero ? new CancellationTokenSource(limit) : null;
        var whole = timeout?.Token ?? CancellationToken.None;
        var isHttp2 = Http2Exchange.IsNeededFor(context.Request);
        var hasBody = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody is true;
        List<UpstreamEndpoint>? tried = null;
        for (var attempt = 0; ; attempt++)
        {
            if (cluster.Pick(tried) is not { } endpoint)
            {
                await Answers.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "no healthy upstream");
                return "UH";
            }

            var attempted = span?.Child(SpanKind.Client);
            using var perTry = route.Rule.PerTryTimeout is not null ? CancellationTokenSource.CreateLinkedTokenSource(whole) : null;
            perTry?.CancelAfter(route.Rule.PerTryTimeout!.Value);
            var cancellation = perTry?.Token ?? whole;
            endpoint.Begin();
            try
            {
                IExchange exchange = isHttp2
                    ? new Http2Exchange(context, endpoint, target, attempted?.TraceParent, cancellation)
                    : new Exchange(context, endpoint, target, hasBody, attempted?.TraceParent, attempt, cancellation);
                var status = await exchange.SendAsync();
                Report(cluster, endpoint, status);
                End(attempted, cluster, endpoint, status, null);
                if (attempt < route.Retry.Attempts && !hasBody && status >= 500 && route.Retry.Retries(status))
                {
                    exchange.Abandon();
                    (tried ??= []).Add(endpoint);
                    continue;
                }

                await exchange.AnswerAsync();
                return null;
            }
            catch (UpstreamException e)
            {
                cluster.Failed(endpoint, isGatewayError: true, e.Failure is not UpstreamFailure.Reset and not UpstreamFailure.Timeout);
                End(attempted, cluster, endpoint, e.Status, e.Message);
                if (context.Response.HasStarted)
                {
                    context.Abort();
                    return e.Flag;
                }

                var bodyIsGone = hasBody && e.Failure is (UpstreamFailure.Reset or UpstreamFailure.Timeout);
                if (attempt < route.Retry.Attempts && !bodyIsGone && !whole.IsCancellationRequested && route.Retry.Retries(e.Failure))
                {
                    (tried ??= []).Add(endpoint);
                    continue;
                }

                await Answers.WriteAsync(context, e.Status, e.Body);
                return e.Flag;
            }
            finally
            {
                endpoint.End();
            }
        }
    }

    private static void Report(UpstreamCluster cluster, UpstreamEndpoint endpoint, int status)
    {
        if (status >= 500)
        {
            cluster.Failed(endpoint, status is 502 or 503 or 504, toConnect: false);
        }
        else
        {
            cluster.Succeeded(endpoint);
        }
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
