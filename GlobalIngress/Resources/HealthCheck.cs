using System.Text.Json.Nodes;
using GlobalIngress.Kubernetes;

namespace GlobalIngress.Resources;

/// <summary>How endpoints are probed.</summary>
/// <param name="Protocol">HTTP, HTTPS or HTTP2, which is over TLS; null for the protocol that the port serves.</param>
/// <param name="Port">Null for the port that serves.</param>
internal sealed record HealthCheck(string? Protocol, string Path, int? Port, TimeSpan Interval, TimeSpan Timeout, int HealthyThreshold, int UnhealthyThreshold)
{
    /// <summary>What Google does without a BackendConfig, but more often: a lab is watched by people.</summary>
    public static HealthCheck Default { get; } = new(null, "/", null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), 1, 2);

    public static HealthCheck Read(JsonObject? check) => new(
        check.Text("type") is ("HTTP" or "HTTPS" or "HTTP2") and var type ? type : null,
        check.Text("requestPath") is ['/', ..] and var path ? path : Default.Path,
        check.Number("port"),
        Seconds(check, "checkIntervalSec") ?? Default.Interval,
        Seconds(check, "timeoutSec") ?? Default.Timeout,
        Positive(check, "healthyThreshold") ?? Default.HealthyThreshold,
        Positive(check, "unhealthyThreshold") ?? Default.UnhealthyThreshold);

    private static TimeSpan? Seconds(JsonObject? check, string name) => Positive(check, name) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    private static int? Positive(JsonObject? check, string name) => check.Number(name) is > 0 and var number ? number : null;
}
