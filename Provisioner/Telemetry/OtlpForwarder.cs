using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using ServiceDefaults;

namespace Provisioner.Telemetry;

/// <summary>Sends export requests on to the lab's dashboard, over whichever of OTLP's protocols it speaks.</summary>
internal sealed class OtlpForwarder(OtlpSettings settings) : IDisposable
{
    private static readonly Dictionary<char, (string Http, string Grpc)> Paths = new()
    {
        ['t'] = ("v1/traces", "opentelemetry.proto.collector.trace.v1.TraceService/Export"),
        ['m'] = ("v1/metrics", "opentelemetry.proto.collector.metrics.v1.MetricsService/Export"),
        ['l'] = ("v1/logs", "opentelemetry.proto.collector.logs.v1.LogsService/Export"),
    };

    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };

    /// <exception cref="HttpRequestException">It was not taken.</exception>
    public async Task SendAsync(char signal, byte[] body, CancellationToken cancellation)
    {
        if (!Paths.TryGetValue(signal, out var path))
        {
            throw new HttpRequestException($"there is no signal '{signal}'");
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{settings.Endpoint.AbsoluteUri.TrimEnd('/')}/{(settings.IsGrpc ? path.Grpc : path.Http)}"))
        {
            Content = new ByteArrayContent(settings.IsGrpc ? Frame(body) : body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(settings.IsGrpc ? "application/grpc" : "application/x-protobuf");
        foreach (var header in (settings.Headers ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var at = header.IndexOf('=');
            request.Headers.TryAddWithoutValidation(header[..Math.Max(at, 0)], header[(at + 1)..]);
        }

        if (settings.IsGrpc)
        {
            request.Version = HttpVersion.Version20;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
            request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        }

        using var response = await http.SendAsync(request, cancellation);
        await response.Content.ReadAsByteArrayAsync(cancellation);
        response.EnsureSuccessStatusCode();
        var status = Trailer(response, "grpc-status");
        if (settings.IsGrpc && status is not (null or "0"))
        {
            throw new HttpRequestException($"gRPC status {status}: {Trailer(response, "grpc-message")}");
        }
    }

    public void Dispose() => http.Dispose();

    private static string? Trailer(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out var trailers) ? trailers.First()
        : response.Headers.TryGetValues(name, out var headers) ? headers.First()
        : null;

    private static byte[] Frame(byte[] body)
    {
        var framed = new byte[body.Length + 5];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), body.Length);
        body.CopyTo(framed, 5);
        return framed;
    }
}
