using System.Text.Json.Nodes;
using GlobalIngress.Kubernetes;

namespace GlobalIngress.Resources;

/// <summary>What a BackendConfig says about a backend.</summary>
/// <param name="Timeout">How long a request may take.</param>
internal sealed record BackendSettings(HealthCheck HealthCheck, TimeSpan Timeout)
{
    private static readonly string[] Supported = ["healthCheck", "timeoutSec"];

    public static BackendSettings Default { get; } = new(HealthCheck.Default, TimeSpan.FromSeconds(30));

    public static BackendSettings Read(JsonObject item) => new(
        HealthCheck.Read(item.Object("spec").Object("healthCheck")),
        item.Object("spec").Number("timeoutSec") is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : Default.Timeout);

    /// <summary>What of a BackendConfig the lab does not do.</summary>
    public static IEnumerable<string> Warnings(JsonObject item)
    {
        var ignored = (item.Object("spec") ?? []).Select(field => field.Key).Except(Supported).ToArray();
        if (ignored.Length > 0)
        {
            yield return $"BackendConfig {item.Key()}: {string.Join(", ", ignored)} {(ignored.Length == 1 ? "has" : "have")} no effect here";
        }

        if (item.Object("spec").Object("healthCheck").Text("type") is { } type && type != "HTTP")
        {
            yield return $"BackendConfig {item.Key()}: health checks of type {type} are done as HTTP here";
        }
    }
}
