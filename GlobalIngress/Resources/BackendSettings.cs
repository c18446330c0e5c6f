using System.Text.Json.Nodes;
using GlobalIngress.Kubernetes;

namespace GlobalIngress.Resources;

/// <summary>What a BackendConfig says about a backend.</summary>
internal sealed record BackendSettings
{
    private static readonly string[] Supported = ["healthCheck", "timeoutSec", "connectionDraining", "sessionAffinity", "customRequestHeaders", "customResponseHeaders", "logging"];

    public static BackendSettings Default { get; } = new();

    public HealthCheck HealthCheck { get; private init; } = HealthCheck.Default;

    /// <summary>How long a request may take.</summary>
    public TimeSpan Timeout { get; private init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long requests under way may go on at an endpoint that leaves; null: Google's default, which a lab takes as the request's own timeout.</summary>
    public TimeSpan? Draining { get; private init; }

    public SessionAffinity? Affinity { get; private init; }

    public CustomHeaders Headers { get; private init; } = CustomHeaders.None;

    public CustomHeaders ResponseHeaders { get; private init; } = CustomHeaders.None;

    /// <summary>Share of the requests that are logged, 0 to 1.</summary>
    public double LogRate { get; private init; }

    public static BackendSettings Read(JsonObject item)
    {
        var spec = item.Object("spec");
        var affinity = spec.Object("sessionAffinity");
        var logging = spec.Object("logging");
        return new BackendSettings
        {
            HealthCheck = HealthCheck.Read(spec.Object("healthCheck")),
            Timeout = spec.Number("timeoutSec") is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : Default.Timeout,
            Draining = spec.Object("connectionDraining").Number("drainingTimeoutSec") is >= 0 and var draining ? TimeSpan.FromSeconds(draining) : null,
            Affinity = affinity.Text("affinityType") is { } type and not "NONE"
                ? new SessionAffinity(type, TimeSpan.FromSeconds(affinity.Number("affinityCookieTtlSec") ?? 0))
                : null,
            Headers = CustomHeaders.Read(spec.Object("customRequestHeaders")),
            ResponseHeaders = CustomHeaders.Read(spec.Object("customResponseHeaders")),
            LogRate = logging.Text("enable") == "true" ? double.TryParse(logging.Text("sampleRate"), System.Globalization.CultureInfo.InvariantCulture, out var rate) ? rate : 1 : 0,
        };
    }

    /// <summary>Whether the next request is one of those that are logged.</summary>
    public bool LogsRequest() => LogRate > 0 && (LogRate >= 1 || Random.Shared.NextDouble() < LogRate);

    /// <summary>What of a BackendConfig the lab does not do, or does otherwise.</summary>
    public static IEnumerable<string> Warnings(JsonObject item)
    {
        var spec = item.Object("spec");
        var ignored = (spec ?? []).Select(field => field.Key).Except(Supported).ToArray();
        if (ignored.Length > 0)
        {
            yield return $"BackendConfig {item.Key()}: {string.Join(", ", ignored)} {(ignored.Length == 1 ? "has" : "have")} no effect here";
        }

        if (spec.Object("healthCheck").Text("type") is { } type && type is not ("HTTP" or "HTTPS" or "HTTP2"))
        {
            yield return $"BackendConfig {item.Key()}: healthCheck.type is '{type}'; expected HTTP, HTTPS or HTTP2";
        }

        if (spec.Object("sessionAffinity").Text("affinityType") is { } affinity && affinity is not ("NONE" or "CLIENT_IP" or "GENERATED_COOKIE"))
        {
            yield return $"BackendConfig {item.Key()}: sessionAffinity.affinityType is '{affinity}'; expected NONE, CLIENT_IP or GENERATED_COOKIE";
        }

        foreach (var (field, kind) in new[] { ("customRequestHeaders", "request"), ("customResponseHeaders", "response") })
        {
            foreach (var header in spec.Object(field).List("headers").Select(header => header?.ToString() ?? "").Where(header => header.IndexOf(':', StringComparison.Ordinal) <= 0))
            {
                yield return $"BackendConfig {item.Key()}: custom {kind} header '{header}' is left out; expected 'Name: value'";
            }
        }
    }
}
