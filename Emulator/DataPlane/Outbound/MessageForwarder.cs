using System.Net;
using Emulator.DataPlane.Routing;
using Emulator.DataPlane.Tracing;
using Emulator.DataPlane.Upstream;
using Emulator.Telemetry;

namespace Emulator.DataPlane.Outbound;

/// <summary>Sends a program's request to an endpoint of its route, and to another when that fails.</summary>
internal static class MessageForwarder
{
    private static readonly UriCreationOptions AsSent = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public static async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, HttpRoute route, UpstreamCluster cluster, string target, ProxySpan? span, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (route.Rule.Timeout is { } limit && limit > TimeSpan.Zero)
        {
            timeout.CancelAfter(limit);
        }

        request.RequestUri = Uri(target);
        List<UpstreamEndpoint>? tried = null;
        for (var attempt = 0; ; attempt++)
        {
            if (cluster.Pick(tried) is not { } endpoint)
            {
                return MeshOutbound.Answer(request, HttpStatusCode.ServiceUnavailable, "no healthy upstream");
            }

            var mayRetry = attempt < route.Retry.Attempts;
            var attempted = span?.Child(SpanKind.Client);
            endpoint.Begin();
            try
            {
                var response = await endpoint.Messages.SendAsync(attempt == 0 ? request : Copy(request), timeout.Token);
                var status = (int)response.StatusCode;
                Report(cluster, endpoint, status);
                attempted?.End($"to {endpoint.Endpoint.Cluster} {endpoint.Endpoint.Pod}", status);
                if (!mayRetry || request.Content is not null || status < 500 || !route.Retry.Retries(status))
                {
                    return response;
                }

                response.Dispose();
                (tried ??= []).Add(endpoint);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or UpstreamException or OperationCanceledException)
            {
                cancellation.ThrowIfCancellationRequested();
                var failure = AsFailure(e, timeout.IsCancellationRequested);
                cluster.Failed(endpoint, isGatewayError: true, failure.Failure is not UpstreamFailure.Reset and not UpstreamFailure.Timeout);
                attempted?.End($"to {endpoint.Endpoint.Cluster} {endpoint.Endpoint.Pod}", failure.Status, failure.Message);
                var bodyIsGone = request.Content is not null && failure.Failure is UpstreamFailure.Reset;
                if (!mayRetry || bodyIsGone || !route.Retry.Retries(failure.Failure))
                {
                    return MeshOutbound.Answer(request, (HttpStatusCode)failure.Status, failure.Body);
                }

                (tried ??= []).Add(endpoint);
            }
            finally
            {
                endpoint.End();
            }
        }
    }

    /// <summary>All endpoints share the address here; the connection decides where it goes.</summary>
    public static Uri Uri(string target) => new("http://endpoint" + target, AsSent);

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

    public static UpstreamException AsFailure(Exception e, bool timedOut) =>
        timedOut ? new UpstreamException(UpstreamFailure.Timeout, "upstream request timeout")
        : e as UpstreamException ?? e.InnerException as UpstreamException ?? new UpstreamException(UpstreamFailure.Reset, e.Message);

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
