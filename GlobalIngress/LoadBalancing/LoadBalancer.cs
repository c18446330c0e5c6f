using System.Diagnostics;
using System.Text;
using Forwarding;
using GlobalIngress.Fleet;
using Microsoft.AspNetCore.Http.Features;

namespace GlobalIngress.LoadBalancing;

/// <summary>What listens behind the VIP: sends each request to the nearest healthy cluster.</summary>
internal sealed class LoadBalancer(IngressOptions options, RequestSpans spans, ILogger<LoadBalancer> logger)
{
    private const string RegionHeader = "X-Lab-Client-Region";
    private const int MostAttempts = 4;

    // After a restart clients are there before the clusters have been read: they wait rather than hear that there is no ingress.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource known = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile RoutingTable table = RoutingTable.Empty;

    public RoutingTable Table
    {
        get => table;
        set
        {
            table = value;
            known.TrySetResult();
        }
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
        if (RequestFraming.IsAmbiguous(request))
        {
            context.Response.Headers.Connection = "close";
            await RespondAsync(context, StatusCodes.Status400BadRequest, "a request has Content-Length or Transfer-Encoding, not both\n");
            return;
        }

        if (!known.Task.IsCompleted && !await IsKnownAsync(context.RequestAborted))
        {
            await RespondAsync(context, StatusCodes.Status502BadGateway, $"the config cluster {options.ConfigCluster} has not been read yet: kubectl --context {options.ConfigCluster} get --raw /readyz\n");
            return;
        }

        var current = table;
        if (current.RedirectStatus is { } redirect && !request.IsHttps)
        {
            var url = SecureUrl(context);
            context.Response.Headers.CacheControl = "private";
            context.Response.Headers.Location = url;
            await RespondAsync(context, redirect, $"{redirect}: the document is at {url}\n");
            return;
        }

        if (current.Find(request) is not { } pool)
        {
            await RespondAsync(context, StatusCodes.Status404NotFound, "response 404 (backend NotFound), service rules for the path non-existent\n");
            return;
        }

        if (RegionOf(request) is not { } region)
        {
            await RespondAsync(context, StatusCodes.Status400BadRequest, $"{RegionHeader}: expected one of {string.Join(", ", Regions.Names)}\n");
            return;
        }

        await ForwardAsync(context, pool, region, activity);
        if (pool.Settings.LogsRequest())
        {
            Log(context, pool);
        }
    }

    private async Task<bool> IsKnownAsync(CancellationToken gone)
    {
        try
        {
            await known.Task.WaitAsync(Patience, gone);
            return true;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task ForwardAsync(HttpContext context, BackendPool pool, string region, Activity? activity)
    {
        using var limit = pool.Settings.Timeout > TimeSpan.Zero && !IsUpgrade(context) ? new CancellationTokenSource(pool.Settings.Timeout) : null;
        var cancellation = limit?.Token ?? CancellationToken.None;
        var hasBody = HttpExchange.HasBody(context);
        var affinity = Affinity.Of(pool.Settings.Affinity, context);
        for (var attempt = 1; ; attempt++)
        {
            if (pool.Choose(region, affinity.Key) is not { } endpoint)
            {
                await RespondAsync(context, StatusCodes.Status502BadGateway, Describe(pool));
                return;
            }

            RequestSpans.Route(activity, endpoint);
            var settings = pool.Settings;
            var headers = new GoogleHeaders(
                context, activity, settings.Headers.For(region, context), settings.ResponseHeaders.For(region, context), affinity.CookieFor(endpoint));
            var exchange = new HttpExchange(context, endpoint, Target(context), hasBody, headers, cancellation);
            try
            {
                await exchange.SendAsync();
                await exchange.AnswerAsync();
                return;
            }
            catch (ClientGoneException gone)
            {
                await EndAsync(context, gone);
                return;
            }
            catch (UpstreamException e)
            {
                if (e.Failure is not UpstreamFailure.Timeout)
                {
                    endpoint.ReportFailure(e.Message);
                    pool.Refresh();
                }

                if (context.Response.HasStarted)
                {
                    context.Abort();
                    return;
                }

                if (attempt == MostAttempts || !IsSafeToRepeat(context.Request, hasBody, e.Failure))
                {
                    await RespondAsync(
                        context,
                        e.Failure is UpstreamFailure.Timeout ? StatusCodes.Status504GatewayTimeout : StatusCodes.Status502BadGateway,
                        $"{Name(pool)}: {endpoint.Key.Address} in {endpoint.Key.Cluster} failed ({e.Message})\n");
                    return;
                }
            }
        }
    }

    private static async Task EndAsync(HttpContext context, ClientGoneException gone)
    {
        if (context.Response.HasStarted || gone.Status == StatusCodes.Status499ClientClosedRequest)
        {
            context.Abort();
            return;
        }

        context.Response.Headers.Connection = "close";
        await RespondAsync(context, gone.Status, gone.Message + "\n");
    }

    // A connection that did not come about has carried nothing; one that broke may have carried the request.
    private static bool IsSafeToRepeat(HttpRequest request, bool hasBody, UpstreamFailure failure) =>
        failure is UpstreamFailure.Connect or UpstreamFailure.ConnectTimeout or UpstreamFailure.Tls
        || (failure is UpstreamFailure.Reset && !hasBody
            && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method)
                || HttpMethods.IsPut(request.Method) || HttpMethods.IsDelete(request.Method)));

    /// <summary>Path and query as they were sent, also where the client sent a whole URL.</summary>
    private static string Target(HttpContext context)
    {
        var raw = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        return raw.StartsWith('/') || raw == "*" ? raw : context.Request.Path.ToUriComponent() + context.Request.QueryString;
    }

    /// <summary>The same URL over HTTPS. A port that is not 80 serves both, so it stays; port 80 becomes the default one.</summary>
    private static string SecureUrl(HttpContext context)
    {
        var host = context.Request.Host;
        return $"https://{(host.Port is null or VirtualIp.HttpPort ? host.Host : host.Value)}{Target(context)}";
    }

    // timeoutSec holds for an upgraded connection as a whole on Google; in a lab it would only cut demonstrations short.
    private static bool IsUpgrade(HttpContext context) => context.Request.Headers.Upgrade.Count > 0;

    /// <summary>The region that the client says it is in; null when there is none of that name.</summary>
    private string? RegionOf(HttpRequest request) =>
        !request.Headers.TryGetValue(RegionHeader, out var values) ? options.ClientRegion
        : Regions.OfLocation(values.ToString()) is var region && Regions.IsKnown(region) ? region
        : null;

    private void Log(HttpContext context, BackendPool pool) => logger.LogInformation(
        "{Method} {Scheme}://{Host}{Path} {Status} {Backend}",
        context.Request.Method, context.Request.Scheme, context.Request.Host, context.Request.Path, context.Response.StatusCode, pool.Backend.Service);

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
        context.Response.Headers.Via = GoogleHeaders.Via;
        return context.Response.WriteAsync(text);
    }
}
