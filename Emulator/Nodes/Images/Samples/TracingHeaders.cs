namespace Emulator.Nodes.Samples;

/// <summary>The headers that Bookinfo's services hand on, so that a request is one trace and keeps its user.</summary>
internal static class TracingHeaders
{
    private static readonly string[] Names =
        ["x-request-id", "x-b3-traceid", "x-b3-spanid", "x-b3-parentspanid", "x-b3-sampled", "x-b3-flags", "traceparent", "tracestate", "baggage", "end-user", "user-agent", "cookie", "authorization"];

    public static HttpRequestMessage Get(HttpContext context, string url, string? user = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        foreach (var name in Names.Where(context.Request.Headers.ContainsKey))
        {
            request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)context.Request.Headers[name]);
        }

        if (user is not null)
        {
            request.Headers.Remove("end-user");
            request.Headers.TryAddWithoutValidation("end-user", user);
        }

        return request;
    }
}
