using System.Buffers.Text;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;

namespace Forwarding;

/// <summary>Copies an answer's body from an endpoint's connection to the client; false when the connection ended too early.</summary>
internal static class ResponseBody
{
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<bool> CopyAsync(UpstreamConnection from, HttpResponse to, long length, CancellationToken cancellation)
    {
        while (length > 0)
        {
            var bytes = await from.ReadAsync(cancellation);
            if (bytes.IsEmpty)
            {
                return false;
            }

            var part = (int)Math.Min(length, bytes.Length);
            await to.BodyWriter.WriteAsync(bytes[..part], CancellationToken.None);
            from.Consume(part);
            from.Passed += part;
            length -= part;
        }

        return true;
    }

    public static async ValueTask<bool> CopyToEndAsync(UpstreamConnection from, HttpResponse to, CancellationToken cancellation)
    {
        while (true)
        {
            var bytes = await from.ReadAsync(cancellation);
            if (bytes.IsEmpty)
            {
                return true;
            }

            await to.BodyWriter.WriteAsync(bytes, CancellationToken.None);
            from.Consume(bytes.Length);
            from.Passed += bytes.Length;
        }
    }

    public static async ValueTask<bool> CopyChunkedAsync(UpstreamConnection from, HttpResponse to, CancellationToken cancellation)
    {
        while (true)
        {
            var line = from.Buffered.Span.IndexOf("\r\n"u8);
            if (line < 0)
            {
                // What is decoded already goes out before waiting for more.
                await to.BodyWriter.FlushAsync(CancellationToken.None);
                if (!await from.ReadMoreAsync(cancellation))
                {
                    return false;
                }

                continue;
            }

            if (!Utf8Parser.TryParse(from.Buffered.Span[..line], out long size, out _, 'x') || size < 0)
            {
                return false;
            }

            from.Consume(line + 2);
            if (size == 0)
            {
                return await SkipTrailersAsync(from, cancellation);
            }

            if (!await CopyChunkAsync(from, to, size, cancellation))
            {
                return false;
            }
        }
    }

    private static async ValueTask<bool> CopyChunkAsync(UpstreamConnection from, HttpResponse to, long size, CancellationToken cancellation)
    {
        while (size > 0)
        {
            var bytes = await from.ReadAsync(cancellation);
            if (bytes.IsEmpty)
            {
                return false;
            }

            var part = (int)Math.Min(size, bytes.Length);
            bytes.Span[..part].CopyTo(to.BodyWriter.GetSpan(part));
            to.BodyWriter.Advance(part);
            from.Consume(part);
            from.Passed += part;
            size -= part;
            if (size > 0)
            {
                await to.BodyWriter.FlushAsync(CancellationToken.None);
            }
        }

        while (from.Buffered.Length < 2)
        {
            if (!await from.ReadMoreAsync(cancellation))
            {
                return false;
            }
        }

        from.Consume(2);
        return true;
    }

    private static async ValueTask<bool> SkipTrailersAsync(UpstreamConnection from, CancellationToken cancellation)
    {
        while (true)
        {
            var line = from.Buffered.Span.IndexOf("\r\n"u8);
            if (line < 0)
            {
                if (!await from.ReadMoreAsync(cancellation))
                {
                    return false;
                }

                continue;
            }

            from.Consume(line + 2);
            if (line == 0)
            {
                return true;
            }
        }
    }
}
