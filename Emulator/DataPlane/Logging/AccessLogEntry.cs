using System.Globalization;

namespace Emulator.DataPlane.Logging;

/// <summary>One line of an access log in Istio's default format, gathered while its request is answered.</summary>
internal sealed class AccessLogEntry(string method, string target, string protocol, TimeProvider time)
{
    private readonly DateTimeOffset start = time.GetUtcNow();
    private readonly long began = time.GetTimestamp();

    public string Method => method;

    /// <summary>Path and query.</summary>
    public string Target => target;

    public string Protocol => protocol;

    public string? Flag { get; set; }

    /// <summary>Envoy's response code details, such as <c>via_upstream</c>.</summary>
    public string Details { get; set; } = "via_upstream";

    public string? TransportFailure { get; set; }

    public long Received { get; set; }

    public long Sent { get; set; }

    /// <summary>Milliseconds until the upstream answered.</summary>
    public string? ServiceTime { get; set; }

    public string? UpstreamHost { get; set; }

    public string? UpstreamCluster { get; set; }

    public string? RouteName { get; set; }

    /// <summary>The line, as meshConfig.accessLogFormat has it by default.</summary>
    public string Line(in LoggedAnswer answer) => string.Create(
        CultureInfo.InvariantCulture,
        $"[{start:yyyy-MM-ddTHH:mm:ss.fffZ}] \"{Method} {Target} {Protocol}\" {answer.Status} {Flag ?? "-"} {Details} - \"{TransportFailure ?? "-"}\" {Received} {Sent} "
        + $"{time.GetElapsedTime(began).TotalMilliseconds:0} {ServiceTime ?? "-"} \"{answer.Header("x-forwarded-for") ?? "-"}\" \"{answer.Header("user-agent") ?? "-"}\" "
        + $"\"{answer.Header("x-request-id") ?? "-"}\" \"{answer.Header("host") ?? "-"}\" \"{UpstreamHost ?? "-"}\" {UpstreamCluster ?? "-"} - "
        + $"{answer.Asked?.ToString() ?? "-"} {answer.Client} {answer.ServerName ?? "-"} {RouteName ?? "-"}");
}
