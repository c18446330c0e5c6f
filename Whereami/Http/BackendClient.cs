using System.Diagnostics;
using System.Text.Json;
using Whereami.Payload;

namespace Whereami.Http;

/// <summary>Asks the service behind this one, once per request, and passes the trace on.</summary>
internal sealed class BackendClient : IDisposable
{
    private static readonly string[] Forwarded =
    [
        "x-request-id", "x-b3-traceid", "x-b3-spanid", "x-b3-parentspanid", "x-b3-sampled", "x-b3-flags",
        "x-ot-span-context", "x-cloud-trace-context", "traceparent", "tracestate", "baggage", "grpc-trace-bin",
    ];

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(100);

    private readonly Uri? address;
    private readonly HttpMessageInvoker invoker;
    private readonly RequestTracing tracing;
    private readonly ILogger logger;

    public BackendClient(string service, HttpMessageHandler handler, RequestTracing tracing, ILogger logger)
    {
        invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        this.tracing = tracing;
        this.logger = logger;
        if (!Uri.TryCreate(service, UriKind.Absolute, out address) || address.Scheme is not ("http" or "https"))
        {
            address = null;
            logger.LogError("BACKEND_SERVICE is '{Service}'; expected a URL such as http://whereami-backend. backend_result will be null", service);
        }
    }

    public void Dispose() => invoker.Dispose();

    public async Task<BackendAnswer> AskAsync(HttpRequest incoming, Activity? server, JsonText json, CancellationToken aborted)
    {
        if (address is null)
        {
            return BackendAnswer.None;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        limit.CancelAfter(Timeout);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        foreach (var name in Forwarded)
        {
            if (incoming.Headers.TryGetValue(name, out var values))
            {
                request.Headers.TryAddWithoutValidation(name, values.ToArray());
            }
        }

        using var activity = tracing.StartClient(request, server);
        try
        {
            using var response = await invoker.SendAsync(request, limit.Token);
            activity?.SetTag("http.response.status_code", (int)response.StatusCode);
            if (!response.IsSuccessStatusCode)
            {
                logger.LogWarning("Backend {Backend} answered {Status}", address, (int)response.StatusCode);
                return BackendAnswer.None;
            }

            var body = await response.Content.ReadAsByteArrayAsync(limit.Token);
            // JsonDocument skips a byte order mark; the original takes it for broken JSON, as the standard lets it.
            if (body is [0xEF, 0xBB, 0xBF, ..])
            {
                throw new JsonException("It begins with a byte order mark");
            }

            using var document = JsonDocument.Parse(body);
            return BackendAnswer.Of(document.RootElement, json);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or JsonException or InvalidOperationException
            || (error is OperationCanceledException && !aborted.IsCancellationRequested))
        {
            activity?.SetStatus(ActivityStatusCode.Error, error.Message);
            logger.LogWarning("Backend {Backend}: {Problem}", address, error.Message);
            return BackendAnswer.None;
        }
    }
}
