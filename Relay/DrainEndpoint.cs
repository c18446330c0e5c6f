using System.Buffers.Binary;
using System.Globalization;

namespace Relay;

/// <summary>Hands out what waits: per request one byte of signal, four of length (most significant first), and the protobuf bytes.</summary>
internal static class DrainEndpoint
{
    public const string Path = "/drain";

    public const string DroppedHeader = "X-Relay-Dropped";

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    public static void Map(WebApplication app, OtlpBuffer buffer, int port) =>
        app.MapGet(Path, context => DrainAsync(context, buffer)).RequireHost($"*:{port.ToString(CultureInfo.InvariantCulture)}");

    private static async Task DrainAsync(HttpContext context, OtlpBuffer buffer)
    {
        var requests = await buffer.TakeAsync(LongestWait, context.RequestAborted);
        context.Response.ContentType = "application/octet-stream";
        context.Response.Headers[DroppedHeader] = buffer.Dropped.ToString(CultureInfo.InvariantCulture);
        var header = new byte[5];
        foreach (var (signal, body) in requests)
        {
            header[0] = (byte)signal;
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(1), body.Length);
            await context.Response.Body.WriteAsync(header, context.RequestAborted);
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }
}
