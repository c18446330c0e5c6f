using System.Diagnostics;
using System.Globalization;
using System.Net;
using Emulator.DataPlane.Forwarding;
using Emulator.DataPlane.Routing;
using Emulator.DataPlane.Upstream;
using Emulator.Telemetry;
using Forwarding;

namespace Emulator.DataPlane.Outbound;

/// <summary>Sends a program's request to an endpoint of its route, and to another when that fails.</summary>
internal static class MessageForwarder
{
    private const string AttemptCount = "x-envoy-attempt-count";

    private static readonly UriCreationOptions AsSent = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public static async Task<Reply> SendAsync(
        HttpRequestMessage request, HttpRoute route, UpstreamCluster cluster, string target, IPAddress source, RequestTrail trail, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (route.Rule.Timeout is { } limit && limit > TimeSpan.Zero)
        {
            timeout.CancelAfter(limit);
        }

        string? cookie = null;
        ulong? hash = cluster.Policy.ConsistentHash is { } by ? HashKey.Of(by, new MessageView(request), source, out cookie) : null;
        request.RequestUri = Uri(target);
        if (cluster.Breaker is { } breaker && !await breaker.TryEnterAsync(timeout.Token))
        {
            return new Reply(Fail(request, new UpstreamException(UpstreamFailure.Overflow, "overflow"), trail), new Outcome("UO", cluster));
        }

        try
        {
            var reply = await AttemptAsync(request, route, cluster, hash, trail, timeout, cancellation);
            if (cookie is not null)
            {
                reply.Message.Headers.TryAddWithoutValidation("Set-Cookie", cookie);
            }

            return reply;
        }
        finally
        {
            cluster.Breaker?.Leave();
        }
    }

    /// <summary>All endpoints share the address here; the connection decides where it goes.</summary>
    public static Uri Uri(string target) => new("http://endpoint" + target, AsSent);

    public static UpstreamException AsFailure(Exception e, bool timedOut) =>
        timedOut ? new UpstreamException(UpstreamFailure.Timeout, "upstream request timeout")
        : e as UpstreamException ?? e.InnerException as UpstreamException ?? new UpstreamException(UpstreamFailure.Reset, e.Message);

    private static async Task<Reply> AttemptAsync(
        HttpRequestMessage request, HttpRoute route, UpstreamCluster cluster, ulong? hash, RequestTrail trail, CancellationTokenSource timeout, CancellationToken cancellation)
    {
        List<UpstreamEndpoint>? tried = null;
        for (var attempt = 0; ; attempt++)
        {
            if (cluster.Pick(tried, hash) is not { } endpoint)
            {
                trail.Answered("no_healthy_upstream", "UH");
                return new Reply(SidecarAnswer.Create(request, HttpStatusCode.ServiceUnavailable, "no healthy upstream"), new Outcome("UH", cluster));
            }

            var mayRetry = attempt < route.Retry.Attempts;
            var attempted = trail.Span?.Child(SpanKind.Client);
            using var perTry = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token);
            if (route.Rule.PerTryTimeout is { } most)
            {
                perTry.CancelAfter(most);
            }

            trail.SentTo(cluster, endpoint);
            endpoint.Begin();
            try
            {
                var sent = attempt == 0 ? request : Copy(request);
                if (cluster.Policy.Limits?.MaxRequestsPerConnection == 1)
                {
                    sent.Headers.ConnectionClose = true;
                }

                sent.Headers.Remove(AttemptCount);
                sent.Headers.TryAddWithoutValidation(AttemptCount, (attempt + 1).ToString(CultureInfo.InvariantCulture));
                var began = Stopwatch.GetTimestamp();
                var response = await endpoint.Messages.SendAsync(sent, perTry.Token);
                Complete(response, began, trail);
                var status = (int)response.StatusCode;
                cluster.Report(endpoint, status);
                attempted?.End($"to {endpoint.Endpoint.Cluster} {endpoint.Endpoint.Pod}", status);
                if (!mayRetry || request.Content is not null || !route.Retry.Retries(status) || !await Forwarder.MayRetryAsync(route, cluster, attempt, timeout.Token))
                {
                    return new Reply(response, new Outcome(Exhausted(trail, route, attempt, route.Retry.Retries(status)), cluster, endpoint));
                }

                response.Dispose();
                Forwarder.Note(ref tried, endpoint, route);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or UpstreamException or OperationCanceledException)
            {
                cancellation.ThrowIfCancellationRequested();
                var failure = AsFailure(e, perTry.IsCancellationRequested);
                cluster.Failed(endpoint, failure.Failure is not UpstreamFailure.Reset and not UpstreamFailure.Timeout);
                attempted?.End($"to {endpoint.Endpoint.Cluster} {endpoint.Endpoint.Pod}", failure.Status, failure.Message);
                var bodyIsGone = request.Content is not null && failure.Failure is (UpstreamFailure.Reset or UpstreamFailure.Timeout);
                if (!mayRetry || bodyIsGone || timeout.IsCancellationRequested || !route.Retry.Retries(failure.Failure)
                    || !await Forwarder.MayRetryAsync(route, cluster, attempt, timeout.Token))
                {
                    var answer = Fail(request, failure, trail);
                    var exhausted = Exhausted(trail, route, attempt, route.Retry.Retries(failure.Failure));
                    return new Reply(answer, new Outcome(exhausted is null ? failure.Flag : $"{failure.Flag},{exhausted}", cluster, endpoint));
                }

                Forwarder.Note(ref tried, endpoint, route);
            }
            finally
            {
                endpoint.End();
            }
        }
    }

    private static string? Exhausted(RequestTrail trail, HttpRoute route, int attempt, bool isRetriable)
    {
        var flag = Forwarder.Exhausted(route, attempt, isRetriable);
        if (flag is not null)
        {
            trail.Flagged(flag);
        }

        return flag;
    }

    /// <summary>What Envoy says of itself in the answers that a program gets.</summary>
    private static void Complete(HttpResponseMessage response, long began, RequestTrail trail)
    {
        var time = Milliseconds.Text((long)Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        if (trail.Entry is { } entry)
        {
            entry.ServiceTime = time;
            entry.Sent = response.Content.Headers.ContentLength ?? 0;
        }

        response.Headers.Remove("server");
        response.Headers.TryAddWithoutValidation("server", "envoy");
        response.Headers.Remove("x-envoy-upstream-service-time");
        response.Headers.TryAddWithoutValidation("x-envoy-upstream-service-time", time);
    }

    private static HttpResponseMessage Fail(HttpRequestMessage request, UpstreamException failure, RequestTrail trail)
    {
        trail.Answered(failure.Details, failure.Flag);
        if (trail.Entry is { } entry)
        {
            entry.TransportFailure = failure.Message;
        }

        var response = SidecarAnswer.Create(request, (HttpStatusCode)failure.Status, failure.Body);
        if (failure.Failure is UpstreamFailure.Overflow)
        {
            response.Headers.TryAddWithoutValidation("x-envoy-overloaded", "true");
        }

        return response;
    }

    /// <summary>A message can be sent once only.</summary>
    private static HttpRequestMessage Copy(HttpRequestMessage request)
    {
        var copy = new HttpRequestMessage(request.Method, request.RequestUri)
        {
            Version = request.Version,
            VersionPolicy = request.VersionPolicy,
            Content = request.Content,
        };
        foreach (var (name, values) in request.Headers)
        {
            copy.Headers.TryAddWithoutValidation(name, values);
        }

        return copy;
    }
}
