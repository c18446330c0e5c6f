using System.Buffers;
using System.Diagnostics;
using Microsoft.Extensions.Primitives;
using Whereami.Http;
using Whereami.Metadata;
using Whereami.Payload;

namespace Whereami;

/// <summary>One whereami. A process may hold many: nothing is shared between them, nor between the requests of one.</summary>
/// <remarks><see cref="InvokeAsync"/> is a <see cref="RequestDelegate"/>; <see cref="KestrelLimits"/> gives servers the limits of the original.</remarks>
public sealed class WhereamiApp : IDisposable
{
    private static readonly StringValues Json = "application/json";
    private static readonly StringValues Html = "text/html; charset=utf-8";
    private static readonly byte[] Healthy = "OK"u8.ToArray();
    private static readonly byte[] Null = "null\n"u8.ToArray();

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? buffer;

    private readonly WhereamiSettings settings;
    private readonly PlaceSource places;
    private readonly Clock clock;
    private readonly BackendClient? backend;
    private readonly RequestTracing tracing;
    private readonly RequestMetrics metrics = new();

    private WhereamiApp(WhereamiSettings settings, PlaceSource places, Clock clock, BackendClient? backend, RequestTracing tracing)
    {
        this.settings = settings;
        this.places = places;
        this.clock = clock;
        this.backend = backend;
        this.tracing = tracing;
    }

    internal PlaceSource Places => places;

    internal Clock Clock => clock;

    internal RequestTracing Tracing => tracing;

    /// <summary>Creates a whereami that can answer at once; the metadata server is asked meanwhile.</summary>
    /// <param name="backend">Carries requests to BACKEND_SERVICE; redirects are its business.</param>
    /// <param name="source">Where spans come from; null for none.</param>
    /// <param name="metadata">Carries the requests to the metadata server; null for the network, without a proxy.</param>
    public static WhereamiApp Create(
        WhereamiSettings settings,
        HttpMessageHandler backend,
        ILogger logger,
        ActivitySource? source = null,
        TimeProvider? time = null,
        HttpMessageHandler? metadata = null)
    {
        Warn(settings, logger);
        var tracing = new RequestTracing(source);
        var clock = time ?? TimeProvider.System;
        var places = PlaceSource.Start(settings, metadata ?? MetadataNetwork.Handler, clock, logger);
        var client = settings.BackendEnabled && !settings.GrpcEnabled ? new BackendClient(settings.BackendService!, backend, tracing, logger) : null;
        return new WhereamiApp(settings, places, new Clock(clock, settings.TimeZone), client, tracing);
    }

    public void Dispose()
    {
        places.Dispose();
        backend?.Dispose();
    }

    /// <summary>Answers one request.</summary>
    public Task InvokeAsync(HttpContext context) => places.Settled.IsCompleted ? AnswerAsync(context) : AnswerWhenSettledAsync(context);

    private async Task AnswerWhenSettledAsync(HttpContext context)
    {
        await places.Settled;
        await AnswerAsync(context);
    }

    private Task AnswerAsync(HttpContext context)
    {
        Cors.Apply(context);
        var path = context.Request.Path.Value ?? "/";
        var method = context.Request.Method;
        if (path is "/healthz" or "/metrics")
        {
            return !IsRead(method) ? AnswerOther(context)
                : path == "/healthz" ? RespondAsync(context, Html, Healthy)
                : RespondAsync(context, RequestMetrics.ContentType, metrics.Render());
        }

        var started = Stopwatch.GetTimestamp();
        var activity = tracing.Start(context.Request);
        if (backend is not null && IsRead(method) && !IsStaticFile(path))
        {
            return AnswerWithBackendAsync(context, path, started, activity);
        }

        var sending = !IsRead(method) ? AnswerOther(context)
            : IsStaticFile(path) ? AnswerNotFound(context)
            : AnswerPlace(context, path, null);
        Finish(context, path, started, activity);
        return sending;
    }

    private async Task AnswerWithBackendAsync(HttpContext context, string path, long started, Activity? activity)
    {
        var result = await backend!.AskAsync(context.Request, activity, places.Current.Json, context.RequestAborted);
        var sending = AnswerPlace(context, path, result);
        Finish(context, path, started, activity);
        await sending;
    }

    private void Finish(HttpContext context, string path, long started, Activity? activity)
    {
        metrics.Count(context.Request.Method, path, context.Response.StatusCode, Stopwatch.GetElapsedTime(started));
        tracing.Stop(activity, context.Response.StatusCode);
    }

    private Task AnswerPlace(HttpContext context, string path, BackendAnswer? backendResult)
    {
        var place = places.Current;
        var host = context.Request.Headers.Host;
        var key = LastSegment(path);
        if (key.Length > 0)
        {
            if (place.TryGetText(key, out var text))
            {
                return RespondAsync(context, Html, text);
            }

            switch (key)
            {
                case PlaceKeys.Timestamp:
                    return RespondAsync(context, Html, clock.Now());
                case PlaceKeys.HostHeader:
                    return host.Count == 0
                        ? RespondAsync(context, Json, Null)
                        : RespondAsync(context, Html, System.Text.Encoding.UTF8.GetBytes(host.ToString()));
                case PlaceKeys.BackendResult when backendResult is not null:
                    return RespondAsync(context, backendResult.IsText ? Html : Json, backendResult.Alone);
                case PlaceKeys.Headers when settings.EchoHeaders:
                    return RespondAsync(context, Json, RequestHeaders.Render(context.Request.Headers, place.Json, 0));
            }
        }

        var headers = settings.EchoHeaders ? RequestHeaders.Render(context.Request.Headers, place.Json, 1) : null;
        var output = buffer ??= new ArrayBufferWriter<byte>(1024);
        output.ResetWrittenCount();
        place.Write(output, host.Count == 0 ? null : host.ToString(), clock.Now(), backendResult?.InPayload, headers);
        return RespondAsync(context, Json, output.WrittenSpan);
    }

    private static Task AnswerOther(HttpContext context)
    {
        var response = context.Response;
        response.Headers.Allow = "GET, HEAD, OPTIONS";
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            return RespondAsync(context, Html, []);
        }

        response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        return RespondAsync(context, Html, "Method Not Allowed: this service only answers GET, HEAD and OPTIONS\n"u8);
    }

    private static Task AnswerNotFound(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return RespondAsync(context, Html, "Not Found: there are no static files\n"u8);
    }

    private static Task RespondAsync(HttpContext context, StringValues contentType, ReadOnlySpan<byte> body)
    {
        var response = context.Response;
        response.Headers.ContentType = contentType;
        response.ContentLength = body.Length;
        if (body.Length == 0 || HttpMethods.IsHead(context.Request.Method))
        {
            return Task.CompletedTask;
        }

        body.CopyTo(response.BodyWriter.GetSpan(body.Length));
        response.BodyWriter.Advance(body.Length);
        var flush = response.BodyWriter.FlushAsync(context.RequestAborted);
        return flush.IsCompletedSuccessfully ? Task.CompletedTask : flush.AsTask();
    }

    private static bool IsRead(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);

    // The original's web framework keeps this folder for files and has none in it.
    private static bool IsStaticFile(string path) => path.StartsWith("/static/", StringComparison.Ordinal) && path.Length > "/static/".Length;

    private static ReadOnlySpan<char> LastSegment(string path)
    {
        var segment = path.AsSpan(path.LastIndexOf('/') + 1);
        // Kestrel leaves an encoded slash in the path; here it separates like any other.
        var encoded = segment.LastIndexOf("%2F", StringComparison.OrdinalIgnoreCase);
        return encoded < 0 ? segment : segment[(encoded + 3)..];
    }

    private static void Warn(WhereamiSettings settings, ILogger logger)
    {
        var missing = new[]
        {
            ("NODE_NAME", settings.NodeName), ("POD_NAMESPACE", settings.PodNamespace),
            ("POD_IP", settings.PodIp), ("POD_SERVICE_ACCOUNT", settings.PodServiceAccount),
        }.Where(entry => entry.Item2 is null).Select(entry => entry.Item1).ToArray();
        if (missing.Length > 0)
        {
            logger.LogWarning("Not in the answers, because the environment does not have them: {Variables}", string.Join(", ", missing));
        }
    }
}
