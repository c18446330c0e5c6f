using System.Globalization;
using System.Text;
using Emulator.DataPlane.Forwarding;

namespace Emulator.DataPlane.Proxy;

/// <summary>A proxy's own ports: 15021 health, 15020 and 15090 metrics, and 15000 for whoever is inside the pod.</summary>
internal sealed class ProxyAdmin(ProxyState state, Func<string> describeRoutes)
{
    private const int Health = 15021;
    private const int AgentMetrics = 15020;
    private const int ProxyMetrics = 15090;
    private const int Admin = 15000;

    /// <summary>Whether the mesh leaves the port alone, so that it answers everybody in plain text.</summary>
    public static bool IsPublic(int port) => port is Health or AgentMetrics or ProxyMetrics;

    /// <summary>What answers on one of these ports for a caller inside the pod, or null.</summary>
    public RequestDelegate? Port(int port) =>
        IsPublic(port) || port == Admin ? context => HandleAsync(context, port) : null;

    public Task HandleAsync(HttpContext context, int port) => (port, context.Request.Path.Value) switch
    {
        (Health or AgentMetrics, "/healthz/ready") => Answers.WriteAsync(context, state.IsReady ? 200 : 503, state.IsReady ? "" : WhyNotReady()),
        (AgentMetrics or ProxyMetrics or Admin, "/stats/prometheus") => Answers.WriteAsync(context, 200, state.Metrics()),
        (AgentMetrics, "/metrics") => Answers.WriteAsync(context, 200, state.Metrics()),
        (Admin, "/ready") => Answers.WriteAsync(context, state.IsReady ? 200 : 503, state.IsReady ? "LIVE\n" : "PRE_INITIALIZING\n"),
        (Admin, "/stats") => Answers.WriteAsync(context, 200, Limits() + state.Metrics()),
        (Admin, "/clusters") => Answers.WriteAsync(context, 200, Clusters()),
        (Admin, "/config_dump") => Answers.WriteAsync(context, 200, Configuration()),
        (Admin, "/drain_listeners") when HttpMethods.IsPost(context.Request.Method) => Drain(context),
        _ => Answers.WriteAsync(context, 404, ""),
    };

    /// <summary>What <c>pilot-agent request</c> prints: the answer of the proxy's own pages.</summary>
    public async Task<int> PrintAsync(string method, string path, Action<string> write)
    {
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { Request = { Method = method, Path = "/" + path.TrimStart('/').Split('?')[0] }, Response = { Body = body } };
        await HandleAsync(context, Admin);
        write(Encoding.UTF8.GetString(body.ToArray()).TrimEnd('\n'));
        return context.Response.StatusCode == StatusCodes.Status200OK ? 0 : 1;
    }

    private string WhyNotReady() =>
        state.Tls is null ? "no certificate yet: istiod is not running or does not answer\n"
        : state.Snapshot is null ? "no configuration yet: istiod is not running or does not answer\n"
        : "draining\n";

    private Task Drain(HttpContext context)
    {
        state.IsDraining = true;
        return Answers.WriteAsync(context, 200, "OK\n");
    }

    /// <summary>What circuit breakers have refused, in the names of Envoy's statistics.</summary>
    private string Limits()
    {
        var text = new StringBuilder();
        foreach (var (cluster, breaker) in state.Upstreams.Breakers)
        {
            text.Append(CultureInfo.InvariantCulture, $"cluster.{cluster}.circuit_breakers.default.remaining_pending: {breaker.RemainingPending}\n");
            text.Append(CultureInfo.InvariantCulture, $"cluster.{cluster}.circuit_breakers.default.rq_pending_open: {(breaker.RemainingPending > 0 ? 0 : 1)}\n");
            text.Append(CultureInfo.InvariantCulture, $"cluster.{cluster}.circuit_breakers.high.rq_pending_open: 0\n");
            text.Append(CultureInfo.InvariantCulture, $"cluster.{cluster}.upstream_rq_pending_active: {breaker.Pending}\n");
            text.Append(CultureInfo.InvariantCulture, $"cluster.{cluster}.upstream_rq_pending_failure_eject: 0\n");
            text.Append(CultureInfo.InvariantCulture, $"cluster.{cluster}.upstream_rq_pending_overflow: {breaker.Overflowed}\n");
            text.Append(CultureInfo.InvariantCulture, $"cluster.{cluster}.upstream_rq_pending_total: {breaker.Entered}\n");
        }

        return text.ToString();
    }

    private string Clusters()
    {
        var text = new StringBuilder();
        foreach (var (cluster, upstream) in state.Upstreams.All)
        {
            var address = upstream.Endpoint.Address;
            text.Append(CultureInfo.InvariantCulture, $"{cluster}::{address}::rq_active::{upstream.Active}\n");
            text.Append(CultureInfo.InvariantCulture, $"{cluster}::{address}::health_flags::{(upstream.Outlier.IsEjected ? "/failed_outlier_check" : "healthy")}\n");
            text.Append(CultureInfo.InvariantCulture, $"{cluster}::{address}::region::{upstream.Endpoint.Region}\n");
            text.Append(CultureInfo.InvariantCulture, $"{cluster}::{address}::zone::{upstream.Endpoint.Zone}\n");
        }

        return text.ToString();
    }

    private string Configuration()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"workload: {state.Workload.Namespace}/{state.Workload.Pod}\n");
        text.Append(CultureInfo.InvariantCulture, $"identity: {state.Tls?.Identity.Id ?? "none"}\n");
        text.Append(CultureInfo.InvariantCulture, $"certificateNotAfter: {state.Tls?.Identity.NotAfter:O}\n");
        text.Append(CultureInfo.InvariantCulture, $"snapshot: {state.Snapshot?.Version}\n");
        return text.Append(describeRoutes()).ToString();
    }
}
