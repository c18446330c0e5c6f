using System.Buffers;
using Emulator.DataPlane.Outbound;
using Emulator.DataPlane.Routing;

namespace Emulator.DataPlane.Forwarding;

/// <summary>Sends copies of requests to mirrors and forgets them; the host of a copy ends in <c>-shadow</c>, as Envoy's do.</summary>
internal static class Mirroring
{
    /// <summary>A body longer than this is not copied, so that its request is not either.</summary>
    private const int MaximumBody = 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static async Task SendAsync(HttpContext context, HttpRoute route, string target, bool hasBody)
    {
        var chosen = route.Mirrors.Where(mirror => Faults.Happens(mirror.Percent)).ToList();
        if (chosen.Count == 0)
        {
            return;
        }

        var body = hasBody ? await BufferAsync(context) : [];
        if (body is null)
        {
            return;
        }

        foreach (var mirror in chosen)
        {
            var copy = new HttpRequestMessage(new HttpMethod(context.Request.Method), MessageForwarder.Uri(target));
            if (hasBody)
            {
                copy.Content = new ByteArrayContent(body);
            }

            foreach (var (name, values) in context.Request.Headers)
            {
                if (!name.StartsWith(':') && name is not ("Host" or "Content-Length" or "Transfer-Encoding" or "Connection" or "Upgrade")
                    && !copy.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
                {
                    copy.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
                }
            }

            Send(copy, mirror.Target, context.Request.Headers.Host.ToString());
        }
    }

    public static async Task SendAsync(HttpRequestMessage request, HttpRoute route, string target, string authority)
    {
        foreach (var mirror in route.Mirrors.Where(mirror => Faults.Happens(mirror.Percent)))
        {
            var copy = new HttpRequestMessage(request.Method, MessageForwarder.Uri(target));
            if (request.Content is { } content)
            {
                // Buffered, it can be sent twice.
                await content.LoadIntoBufferAsync();
                copy.Content = new ByteArrayContent(await content.ReadAsByteArrayAsync());
                foreach (var (name, values) in content.Headers)
                {
                    copy.Content.Headers.TryAddWithoutValidation(name, values);
                }
            }

            foreach (var (name, values) in request.Headers)
            {
                copy.Headers.TryAddWithoutValidation(name, values);
            }

            Send(copy, mirror.Target, authority);
        }
    }

    private static void Send(HttpRequestMessage copy, RouteTarget target, string authority)
    {
        var port = authority.IndexOf(':', StringComparison.Ordinal);
        copy.Headers.Host = port < 0 ? $"{authority}-shadow" : $"{authority[..port]}-shadow{authority[port..]}";
        if (target.Cluster?.Pick(null) is { } endpoint)
        {
            _ = ForgetAsync(copy, endpoint);
        }
    }

    private static async Task ForgetAsync(HttpRequestMessage copy, Upstream.UpstreamEndpoint endpoint)
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            using var answer = await endpoint.Messages.SendAsync(copy, limit.Token);
            await answer.Content.CopyToAsync(Stream.Null, limit.Token);
        }
        catch (Exception)
        {
            // Nobody waits for a mirror's answer, and its failures are nobody's.
        }
        finally
        {
            copy.Dispose();
        }
    }

    /// <summary>Reads the body and puts it back; null when it is too long to keep, and then all of it can still be read.</summary>
    private static async Task<byte[]?> BufferAsync(HttpContext context)
    {
        var source = context.Request.Body;
        var kept = new MemoryStream();
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            int read;
            while (kept.Length <= MaximumBody && (read = await source.ReadAsync(buffer)) > 0)
            {
                kept.Write(buffer, 0, read);
            }
        }
        catch (IOException)
        {
            // The client broke off; whoever reads the rest finds that out.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        var complete = kept.Length <= MaximumBody;
        var bytes = kept.ToArray();
        context.Request.Body = complete ? new MemoryStream(bytes) : new PrefixedStream(bytes, source);
        return complete ? bytes : null;
    }
}
