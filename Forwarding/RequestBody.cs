using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Forwarding;

/// <summary>Passes a client's request body on, chunk by chunk where its length is not known.</summary>
internal static class RequestBody
{
    private static readonly byte[] LineEnd = "\r\n"u8.ToArray();

    /// <exception cref="ClientGoneException">The client broke off, or what it sent is no body.</exception>
    /// <exception cref="IOException">The server takes no more.</exception>
    public static async Task SendAsync(HttpContext context, UpstreamConnection connection, CancellationToken cancellation)
    {
        var chunked = context.Request.ContentLength is null;
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await ReadAsync(reader, cancellation);
            if (read.IsCanceled)
            {
                return;
            }

            foreach (var segment in read.Buffer)
            {
                await SendAsync(connection, segment, chunked, cancellation);
            }

            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                break;
            }
        }

        if (chunked)
        {
            await connection.SendAsync(End(context.Request), cancellation);
        }
    }

    private static async ValueTask<ReadResult> ReadAsync(PipeReader reader, CancellationToken cancellation)
    {
        try
        {
            return await reader.ReadAsync(cancellation);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            throw new ClientGoneException(e);
        }
    }

    private static async ValueTask SendAsync(UpstreamConnection connection, ReadOnlyMemory<byte> segment, bool chunked, CancellationToken cancellation)
    {
        if (!chunked)
        {
            await connection.SendAsync(segment, cancellation);
        }
        else if (segment.Length > 0)
        {
            await connection.SendAsync(Encoding.ASCII.GetBytes(segment.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n"), cancellation);
            await connection.SendAsync(segment, cancellation);
            await connection.SendAsync(LineEnd, cancellation);
        }
    }

    /// <summary>The last chunk, with the client's trailers.</summary>
    private static byte[] End(HttpRequest request)
    {
        var text = new StringBuilder("0\r\n");
        if (request.SupportsTrailers() && request.CheckTrailersAvailable())
        {
            foreach (var (name, values) in request.HttpContext.Features.Get<IHttpRequestTrailersFeature>()!.Trailers)
            {
                foreach (var value in values.Where(value => value is not null && value.AsSpan().IndexOfAny('\r', '\n') < 0))
                {
                    text.Append(name).Append(": ").Append(value).Append("\r\n");
                }
            }
        }

        return Encoding.UTF8.GetBytes(text.Append("\r\n").ToString());
    }
}
