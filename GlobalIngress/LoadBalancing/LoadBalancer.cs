using System.Diagnostics;
using System.Text;
using GlobalIngress.Fleet;
using Yarp.ReverseProxy.Forwarder;

namespace GlobalIngress.LoadBalancing;

/// <summary>What listens behind the VIP: sends each request to the nearest healthy cluster.</summary>
internal sealed class LoadBalancer(IngressOptions options, IHttpForwarder forwarder, RequestSpans spans)
{
    private const string RegionHeader = "X-Lab-Client-Region";
    private const int MostAttempts = 4;

    private volatile RoutingTable table = RoutingTable.Empty;

    public RoutingTable Table
    {
        get => table;
        set => table = value;
    }

    /// <summary>Takes note of the endpoints' present health.</summary>
    public void Refresh()
    {
        foreach (var pool in table.Pools)
        {
            pool.Refresh();
        }
    }

    public async Task InvokeAsync(HttpContext context)
    {
        using var activity = spans.Start(context.Request);
        await AnswerAsync(context, activity);
        RequestSpans.End(activity, context.Response.StatusCode);
    }

    private async Task AnswerAsync(HttpContext context, Activity? activity)
    {
        var request = context.Request;
        if (table.Find(request) is not { } pool)
        {
            await RespondAsync(context, StatusCodes.Status404NotFound, "default backend - 404");
            return;
        }

        if (RegionOf(request) is not { } region)
        {
            await RespondAsync(context, StatusCodes.Status400BadRequest, $"{RegionHeader}: expected one of {string.Join(", ", Regions.Names)}\n");
            return;
        }

        for (var attempt = 1; ; attempt++)
        {
            if (pool.Choose(region) is not { } endpoint)
            {
                await RespondAsync(context, StatusCodes.Status502BadGateway, Describe(pool));
                return;
            }

            RequestSpans.Route(activity, endpoint);
            var error = await forwarder.SendAsync(
                context, endpoint.Url, endpoint.Invoker, pool.Forwarding, new GoogleTransformer(activity), context.RequestAborted);
            if (error == ForwarderError.None)
            {
                return;
            }

            var problem = context.GetForwarderErrorFeature()?.Exception;
            var failed = error is ForwarderError.Request or ForwarderError.RequestTimedOut or ForwarderError.ResponseBodyDestination;
            if (failed)
            {
                endpoint.ReportFailure((problem?.InnerException ?? problem)?.Message ?? error.ToString());
                pool.Refresh();
            }

            if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
            {
                return;
            }

            if (!failed || attempt == MostAttempts || !IsSafeToRepeat(request, error, problem))
            {
                await RespondAsync(context, context.Response.StatusCode, $"{Name(pool)}: {endpoint.Key.Address} in {endpoint.Key.Cluster} failed ({error})");
                return;
            }

            context.Response.StatusCode = StatusCodes.Status200OK;
        }
    }

    // A connection that did not come about has carried nothing; one that broke may have carried the request.
    private static bool IsSafeToRepeat(HttpRequest request, ForwarderError error, Exception? problem) =>
        problem is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError }
        || (error == ForwarderError.Request && request.ContentLength is null or 0 && !request.Headers.ContainsKey("Transfer-Encoding")
            && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method)
                || HttpMethods.IsPut(request.Method) || HttpMethods.IsDelete(request.Method)));

    /// <summary>The region that the client says it is in; null when there is none of that name.</summary>
    private string? RegionOf(HttpRequest request) =>
        !request.Headers.TryGetValue(RegionHeader, out var values) ? options.ClientRegion
        : Regions.OfLocation(values.ToString()) is var region && Regions.IsKnown(region) ? region
        : null;

    private static string Name(BackendPool pool) => $"MultiClusterService {pool.Backend.Service}, port {pool.Backend.Port}";

    private static string Describe(BackendPool pool)
    {
        var text = new StringBuilder("502 Server Error: no healthy endpoint of ").Append(Name(pool)).Append('\n');
        foreach (var group in pool.Groups)
        {
            text.Append("  ").Append(group.Cluster).Append(": ").Append(group.Endpoints.Count).Append(" endpoints, none healthy\n");
            foreach (var endpoint in group.Endpoints)
            {
                text.Append("    ").Append(endpoint.Key.Address).Append(": ").Append(endpoint.Problem).Append('\n');
            }
        }

        return text.ToString();
    }

    private static Task RespondAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.Via = GoogleTransformer.Via;
        return context.Response.WriteAsync(text);
    }
}
