using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Emulator.Telemetry;

/// <summary>Sends encoded traces to the collector that the environment names, over gRPC or HTTP.</summary>
internal sealed class OtlpExporter : IDisposable
{
    private const string ExportMethod = "opentelemetry.proto.collector.trace.v1.TraceService/Export";
    private static readonly TimeSpan SendTime = TimeSpan.FromSeconds(10);

    private readonly HttpClient? client;
    private readonly bool isGrpc;
    private readonly Uri? target;

    public OtlpExporter()
        : this(Environment.GetEnvironmentVariable)
    {
    }

    internal OtlpExporter(Func<string, string?> environment)
    {
        if (!Uri.TryCreate(environment("OTEL_EXPORTER_OTLP_ENDPOINT"), UriKind.Absolute, out var endpoint))
        {
            return;
        }

        isGrpc = environment("OTEL_EXPORTER_OTLP_PROTOCOL") is not { Length: > 0 } protocol || protocol == "grpc";
        target = new Uri(endpoint.ToString().TrimEnd('/') + "/" + (isGrpc ? ExportMethod : "v1/traces"));
        client = new HttpClient(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null }) { Timeout = SendTime };
        foreach (var header in (environment("OTEL_EXPORTER_OTLP_HEADERS") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = header.IndexOf('=');
            if (at > 0)
            {
                client.DefaultRequestHeaders.TryAddWithoutValidation(header[..at].Trim(), Uri.UnescapeDataString(header[(at + 1)..].Trim()));
            }
        }
    }

    public bool IsEnabled => client is not null;

    /// <exception cref="HttpRequestException">The collector cannot be reached, or refuses.</exception>
    public async Task SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = Content(message) };
        if (isGrpc)
        {
            request.Version = HttpVersion.Version20;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
            request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        }

        using var response = await client!.SendAsync(request, cancellation);
        response.EnsureSuccessStatusCode();
        await response.Content.LoadIntoBufferAsync(cancellation);
        if (isGrpc && Status(response) is not 0 and var status)
        {
            throw new HttpRequestException($"the collector at {target!.Authority} answered gRPC status {status}");
        }
    }

    public void Dispose() => client?.Dispose();

    private ReadOnlyMemoryContent Content(ReadOnlyMemory<byte> message)
    {
        if (!isGrpc)
        {
            return new ReadOnlyMemoryContent(message) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-protobuf") } };
        }

        // A gRPC message: not compressed, then its length.
        var framed = new byte[message.Length + 5];
        BinaryPrimitives.WriteUInt32BigEndian(framed.AsSpan(1), (uint)message.Length);
        message.CopyTo(framed.AsMemory(5));
        return new ReadOnlyMemoryContent(framed) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } };
    }

    private static int Status(HttpResponseMessage response) =>
        (response.TrailingHeaders.TryGetValues("grpc-status", out var values) || response.Headers.TryGetValues("grpc-status", out values))
        && int.TryParse(values.First(), CultureInfo.InvariantCulture, out var status) ? status : 0;
}
