using System.Globalization;
using System.Net;
using Emulator.Network;

namespace Emulator.DataPlane.Logging;

/// <summary>One line of an access log in Istio's default format, gathered while its request is answered.</summary>
internal sealed class AccessLogEntry(string method, string target, string protocol, TimeProvider time)
{
    private readonly DateTimeOffset start = time.GetUtcNow();
    private readonly long began = time.GetTimestamp();

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

    public string Line(int status, Func<string, string?> header, PodConnection connection) =>
        Line(status, header, connection.Destination, connection.Source, connection.ServerName);

    /// <summary>The line, as meshConfig.accessLogFormat has it by default.</summary>
    /// <param name="asked">The address that the client asked for.</param>
    public string Line(int status, Func<string, string?> header, IPEndPoint? asked, IPEndPoint client, string? serverName) => string.Create(
        CultureInfo.InvariantCulture,
        $"[{start:yyyy-MM-ddTHH:mm:ss.fffZ}] \"{method} {target} {protocol}\" {status} {Flag ?? "-"} {Details} - \"{TransportFailure ?? "-"}\" {Received} {Sent} "
        + $"{time.GetElapsedTime(began).TotalMilliseconds:0} {ServiceTime ?? "-"} \"{header("x-forwarded-for") ?? "-"}\" \"{header("user-agent") ?? "-"}\" "
        + $"\"{header("x-request-id") ?? "-"}\" \"{header("host") ?? "-"}\" \"{UpstreamHost ?? "-"}\" {UpstreamCluster ?? "-"} - "
        + $"{asked?.ToString() ?? "-"} {client} {serverName ?? "-"} {RouteName ?? "-"}");
}
