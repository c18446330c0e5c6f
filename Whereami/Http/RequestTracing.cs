using System.Diagnostics;
using System.Globalization;

namespace Whereami.Http;

/// <summary>One server span per request, as part of the caller's trace.</summary>
internal sealed class RequestTracing(ActivitySource? source)
{
    public Activity? Start(HttpRequest request)
    {
        if (source is null || !source.HasListeners())
        {
            return null;
        }

        var activity = source.StartActivity(request.Method, ActivityKind.Server, Parent(request.Headers));
        if (activity is { IsAllDataRequested: true })
        {
            var path = request.Path.Value ?? "/";
            activity.DisplayName = path.Length <= 64 ? request.Method + " " + path : request.Method;
            activity.SetTag("http.request.method", request.Method);
            activity.SetTag("url.path", path);
            activity.SetTag("server.address", request.Headers.Host.ToString());
        }

        return activity;
    }

    public void Stop(Activity? activity, int status)
    {
        if (activity is null)
        {
            return;
        }

        activity.SetTag("http.response.status_code", status);
        if (status >= 500)
        {
            activity.SetStatus(ActivityStatusCode.Error);
        }

        activity.Dispose();
    }

    /// <summary>Starts the span of a call to the backend and puts its context into the request, or passes the server's on.</summary>
    public Activity? StartClient(HttpRequestMessage request, Activity? server)
    {
        var activity = server is null ? null : source?.StartActivity("GET backend", ActivityKind.Client, server.Context);
        activity?.SetTag("url.full", request.RequestUri!.AbsoluteUri);
        if ((activity ?? server) is { } current)
        {
            request.Headers.Remove("traceparent");
            request.Headers.TryAddWithoutValidation("traceparent", current.Id);
        }

        return activity;
    }

    private static ActivityContext Parent(IHeaderDictionary headers)
    {
        if (headers.TraceParent.Count > 0 && ActivityContext.TryParse(headers.TraceParent, headers.TraceState, isRemote: true, out var context))
        {
            return context;
        }

        return headers.TryGetValue("x-cloud-trace-context", out var google) ? GoogleParent(google.ToString()) : default;
    }

    // 105445aa7843bc8bf206b12000100000/1;o=1: trace, span in decimal, sampled
    private static ActivityContext GoogleParent(string header)
    {
        var slash = header.IndexOf('/');
        var options = header.IndexOf(';');
        if (slash != 32
            || !ulong.TryParse(header.AsSpan(33, (options < 0 ? header.Length : options) - 33), NumberStyles.None, CultureInfo.InvariantCulture, out var span)
            || span == 0
            || header.AsSpan(0, 32).ContainsAnyExcept("0123456789abcdef")
            || !header.AsSpan(0, 32).ContainsAnyExcept('0'))
        {
            return default;
        }

        return new ActivityContext(
            ActivityTraceId.CreateFromString(header.AsSpan(0, 32)),
            ActivitySpanId.CreateFromString(span.ToString("x16", CultureInfo.InvariantCulture)),
            header.EndsWith(";o=1", StringComparison.Ordinal) ? ActivityTraceFlags.Recorded : ActivityTraceFlags.None,
            isRemote: true);
    }
}
