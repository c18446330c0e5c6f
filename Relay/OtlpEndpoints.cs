using System.Buffers.Binary;
using System.IO.Compression;

namespace Relay;

/// <summary>OTLP's receiving side, over gRPC and over HTTP. Requests are kept as they come, so nothing of their schema is needed here.</summary>
internal static class OtlpEndpoints
{
    // A gRPC message: one byte that says whether it is compressed, four of its length, then the message.
    private const int FrameHeader = 5;

    private static readonly (char Signal, string Http, string Grpc)[] Signals =
    [
        ('t', "/v1/traces", "/opentelemetry.proto.collector.trace.v1.TraceService/Export"),
        ('m', "/v1/metrics", "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"),
        ('l', "/v1/logs", "/opentelemetry.proto.collector.logs.v1.LogsService/Export"),
    ];

    public static void Map(WebApplication app, OtlpBuffer buffer)
    {
        foreach (var (signal, http, grpc) in Signals)
        {
            app.MapPost(http, context => HttpAsync(context, signal, buffer));
            app.MapPost(grpc, context => GrpcAsync(context, signal, buffer));
        }
    }

    private static async Task HttpAsync(HttpContext context, char signal, OtlpBuffer buffer)
    {
        if (context.Request.ContentType?.StartsWith("application/x-protobuf", StringComparison.Ordinal) != true)
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            await context.Response.WriteAsync("expected application/x-protobuf; JSON is not relayed", context.RequestAborted);
            return;
        }

        var body = await ReadAsync(context.Request.Body, context.RequestAborted);
        buffer.Add(new OtlpRequest(signal, context.Request.Headers.ContentEncoding == "gzip" ? await InflateAsync(body, context.RequestAborted) : body));
        context.Response.ContentType = "application/x-protobuf";
    }

    private static async Task GrpcAsync(HttpContext context, char signal, OtlpBuffer buffer)
    {
        var body = await ReadAsync(context.Request.Body, context.RequestAborted);
        context.Response.ContentType = "application/grpc";
        if (body.Length < FrameHeader || BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(1)) != body.Length - FrameHeader)
        {
            context.Response.AppendTrailer("grpc-status", "3");
            context.Response.AppendTrailer("grpc-message", "expected one message");
            return;
        }

        var message = body.AsMemory(FrameHeader);
        buffer.Add(new OtlpRequest(signal, body[0] == 0 ? message : await InflateAsync(message, context.RequestAborted)));
        await context.Response.Body.WriteAsync(new byte[FrameHeader], context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private static async Task<byte[]> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, cancellation);
        return copy.ToArray();
    }

    private static async Task<byte[]> InflateAsync(ReadOnlyMemory<byte> compressed, CancellationToken cancellation)
    {
        await using var gzip = new GZipStream(new MemoryStream(compressed.ToArray()), CompressionMode.Decompress);
        using var copy = new MemoryStream();
        var chunk = new byte[64 << 10];
        for (int read; (read = await gzip.ReadAsync(chunk, cancellation)) > 0;)
        {
            // A small request must not become a large one: pods of the cluster are not trusted with the relay's memory.
            if (copy.Length + read > OtlpBuffer.LargestRequest)
            {
                throw new BadHttpRequestException("the request is too large when decompressed", StatusCodes.Status413PayloadTooLarge);
            }

            copy.Write(chunk, 0, read);
        }

        return copy.ToArray();
    }
}
