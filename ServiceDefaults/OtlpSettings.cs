using OpenTelemetry.Exporter;

namespace ServiceDefaults;

/// <summary>Where telemetry goes, as the standard OTEL_ variables say (Aspire sets them).</summary>
/// <param name="Endpoint">The collector's base address.</param>
/// <param name="Headers">Headers in <c>name=value,name=value</c> form; null for none.</param>
/// <param name="IsGrpc">Whether the collector speaks gRPC; it is HTTP with protobuf bodies otherwise.</param>
public sealed record OtlpSettings(Uri Endpoint, string? Headers, bool IsGrpc)
{
    /// <summary>Null when no collector is set, or its address is not an absolute URL.</summary>
    public static OtlpSettings? FromEnvironment() =>
        Uri.TryCreate(Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT"), UriKind.Absolute, out var endpoint)
            ? new OtlpSettings(
                endpoint,
                Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_HEADERS"),
                // The standard's default is http/protobuf; .NET's exporter and Aspire take gRPC when nothing is said.
                Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_PROTOCOL") is null or "" or "grpc")
            : null;

    /// <summary>Options for an exporter of one signal: <c>traces</c>, <c>metrics</c> or <c>logs</c>.</summary>
    public OtlpExporterOptions ForSignal(string signal) => new()
    {
        Protocol = IsGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf,
        // An endpoint that is set by code is used as it is: the path of the signal has to be in it.
        Endpoint = IsGrpc ? Endpoint : new Uri(Endpoint.AbsoluteUri.TrimEnd('/') + "/v1/" + signal),
        Headers = Headers,
        TimeoutMilliseconds = 5000,
    };
}
