using System.Text.Json.Nodes;
using GlobalIngress.Kubernetes;

namespace GlobalIngress.Resources;

/// <summary>How endpoints are probed.</summary>
/// <param name="Port">Null for the port that serves.</param>
internal sealed record HealthCheck(string Path, int? Port, TimeSpan Interval, TimeSpan Timeout, int HealthyThreshold, int UnhealthyThreshold)
{
    /// <summary>What Google does without a BackendConfig, but more often: a lab is watched by people.</summary>
    public static HealthCheck Default { get; } = new("/", null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), 1, 2);

    public static HealthCheck Read(JsonObject backendConfig)
    {
        var check = backendConfig.Object("spec").Object("healthCheck");
        return Default with
        {
            Path = check.Text("requestPath") ?? Default.Path,
            Port = check.Number("port"),
            Interval = check.Number("checkIntervalSec") is > 0 and var interval ? TimeSpan.FromSeconds(interval) : Default.Interval,
            Timeout = check.Number("timeoutSec") is > 0 and var timeout ? TimeSpan.FromSeconds(timeout) : Default.Timeout,
            HealthyThreshold = check.Number("healthyThreshold") is > 0 and var healthy ? healthy : Default.HealthyThreshold,
            UnhealthyThreshold = check.Number("unhealthyThreshold") is > 0 and var unhealthy ? unhealthy : Default.UnhealthyThreshold,
        };
    }

    /// <summary>What of a BackendConfig's health check the lab does not do; null for nothing.</summary>
    public static string? Warning(JsonObject backendConfig) =>
        backendConfig.Object("spec").Object("healthCheck").Text("type") is { } type && type != "HTTP"
            ? $"BackendConfig {backendConfig.Key()}: health checks of type {type} are done as HTTP here"
            : null;
}
