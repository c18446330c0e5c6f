using System.Globalization;

namespace Whereami;

/// <summary>What the environment of one whereami says; the names are those of Google's whereami, and a few of the lab's.</summary>
/// <remarks>
/// CLUSTER_NAME, ZONE and PROJECT_ID are the lab's: they stand in where there is no metadata server (its answer wins).
/// So are WHEREAMI_METADATA_URL (the server's base URL) and WHEREAMI_JSON=compact (one line, ASCII, as newer images answer).
/// </remarks>
public sealed record WhereamiSettings
{
    public required string PodName { get; init; }

    public string? NodeName { get; init; }

    public string? PodNamespace { get; init; }

    public string? PodIp { get; init; }

    public string? PodServiceAccount { get; init; }

    public string? Metadata { get; init; }

    public string? ClusterName { get; init; }

    public string? Zone { get; init; }

    public string? ProjectId { get; init; }

    /// <summary>Whether answers name the virtual machine and its service account; images up to v1.2.8 did not.</summary>
    public bool NamesInstance { get; init; } = true;

    public bool BackendEnabled { get; init; }

    public string? BackendService { get; init; }

    public bool EchoHeaders { get; init; }

    public bool CompactJson { get; init; }

    public bool GrpcEnabled { get; init; }

    /// <summary>0 leaves the decision to the caller and the collector.</summary>
    public double TraceSamplingRatio { get; init; }

    public string Host { get; init; } = "0.0.0.0";

    public int Port { get; init; } = 8080;

    /// <summary>Where Prometheus metrics are in gRPC mode; in HTTP mode they are beside the service.</summary>
    public int MetricsPort { get; init; } = 8000;

    public Uri MetadataServer { get; init; } = new("http://metadata.google.internal");

    /// <summary>The zone of <c>timestamp</c>; null for the machine's.</summary>
    public TimeZoneInfo? TimeZone { get; init; }

    public static WhereamiSettings FromEnvironment(IReadOnlyDictionary<string, string> environment, string podName)
    {
        // An empty variable counts as none, and only this exact word switches something on, as in the original.
        string? Text(string name) => environment.TryGetValue(name, out var value) && value.Length > 0 ? value : null;
        bool Switch(string name) => Text(name) == "True";

        var grpc = Switch("GRPC_ENABLED");
        return new WhereamiSettings
        {
            PodName = podName,
            NodeName = Text("NODE_NAME"),
            PodNamespace = Text("POD_NAMESPACE"),
            PodIp = Text("POD_IP"),
            PodServiceAccount = Text("POD_SERVICE_ACCOUNT"),
            Metadata = Text("METADATA"),
            ClusterName = Text("CLUSTER_NAME"),
            Zone = Text("ZONE"),
            ProjectId = Text("PROJECT_ID"),
            BackendEnabled = Switch("BACKEND_ENABLED") && Text("BACKEND_SERVICE") is not null,
            BackendService = Text("BACKEND_SERVICE"),
            EchoHeaders = Switch("ECHO_HEADERS"),
            CompactJson = Text("WHEREAMI_JSON") == "compact",
            GrpcEnabled = grpc,
            TraceSamplingRatio = double.TryParse(Text("TRACE_SAMPLING_RATIO"), CultureInfo.InvariantCulture, out var ratio) ? Math.Clamp(ratio, 0, 1) : 0,
            Host = Text("HOST")?.Trim('[', ']') ?? "0.0.0.0",
            Port = Number("PORT", Text("PORT"), grpc ? 9090 : 8080),
            MetricsPort = Number("METRICS_PORT", Text("METRICS_PORT"), 8000),
            MetadataServer = MetadataServerFrom(Text("WHEREAMI_METADATA_URL"), Text("GCE_METADATA_HOST")),
            TimeZone = Text("TZ") is { } zone && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? found : null,
        };
    }

    private static int Number(string name, string? text, int otherwise) => text is null ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 65535 ? number
        : throw new FormatException($"{name} is '{text}'; expected a port number between 0 and 65535");

    private static Uri MetadataServerFrom(string? url, string? host)
    {
        var address = url ?? (host is null ? "http://metadata.google.internal" : $"http://{host}");
        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new FormatException($"The metadata server is '{address}'; expected WHEREAMI_METADATA_URL=http://host:port or GCE_METADATA_HOST=host:port");
    }
}
