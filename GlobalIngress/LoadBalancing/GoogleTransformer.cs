using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Forwarder;

namespace GlobalIngress.LoadBalancing;

/// <summary>What Google's load balancer adds to requests and responses.</summary>
internal sealed class GoogleTransformer(Activity? activity) : HttpTransformer
{
    public static readonly StringValues Via = "1.1 google";

    public override async ValueTask TransformRequestAsync(
        HttpContext context, HttpRequestMessage request, string destinationPrefix, CancellationToken cancellation)
    {
        await base.TransformRequestAsync(context, request, destinationPrefix, cancellation);
        var incoming = context.Request.Headers;
        var headers = request.Headers;
        headers.TryAddWithoutValidation("Via", "1.1 google");
        var client = context.Connection.RemoteIpAddress?.ToString();
        var vip = context.Connection.LocalIpAddress?.ToString();
        headers.Remove("X-Forwarded-For");
        headers.TryAddWithoutValidation(
            "X-Forwarded-For", incoming.TryGetValue("X-Forwarded-For", out var before) ? $"{before}, {client},{vip}" : $"{client},{vip}");
        headers.Remove("X-Forwarded-Proto");
        headers.TryAddWithoutValidation("X-Forwarded-Proto", context.Request.Scheme);
        Trace(incoming, headers);
    }

    public override async ValueTask<bool> TransformResponseAsync(HttpContext context, HttpResponseMessage? response, CancellationToken cancellation)
    {
        var proceed = await base.TransformResponseAsync(context, response, cancellation);
        var headers = context.Response.Headers;
        headers.Via = headers.Via.Count == 0 ? Via : StringValues.Concat(headers.Via, Via);
        return proceed;
    }

    // YARP leaves trace headers to the handler's propagator, which is off: the span of this request is the parent, and no other.
    private void Trace(IHeaderDictionary incoming, System.Net.Http.Headers.HttpRequestHeaders headers)
    {
        headers.Remove("traceparent");
        headers.Remove("tracestate");
        Copy(incoming, headers, "baggage");
        if (activity is null)
        {
            Copy(incoming, headers, "traceparent");
            Copy(incoming, headers, "tracestate");
            if (!incoming.ContainsKey("X-Cloud-Trace-Context"))
            {
                headers.TryAddWithoutValidation("X-Cloud-Trace-Context", ActivityTraceId.CreateRandom().ToHexString() + "/0");
            }

            return;
        }

        headers.TryAddWithoutValidation("traceparent", activity.Id);
        if (activity.TraceStateString is { Length: > 0 } state)
        {
            headers.TryAddWithoutValidation("tracestate", state);
        }

        headers.Remove("X-Cloud-Trace-Context");
        var span = ulong.Parse(activity.SpanId.ToHexString(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        headers.TryAddWithoutValidation(
            "X-Cloud-Trace-Context", string.Create(CultureInfo.InvariantCulture, $"{activity.TraceId}/{span};o={(activity.Recorded ? 1 : 0)}"));
    }

    private static void Copy(IHeaderDictionary incoming, System.Net.Http.Headers.HttpRequestHeaders headers, string name)
    {
        if (incoming.TryGetValue(name, out var values) && !headers.Contains(name))
        {
            headers.TryAddWithoutValidation(name, values.ToArray());
        }
    }
}
