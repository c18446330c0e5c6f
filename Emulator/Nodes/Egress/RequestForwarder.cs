using System.Net;
using Microsoft.AspNetCore.Http.Features;

namespace Emulator.Nodes;

/// <summary>Sends a request that a process in a pod made on through a handler: the sidecar, or the metadata server.</summary>
internal static class RequestForwarder
{
    private static readonly HashSet<string> HopByHop = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    };

    public static async Task ForwardAsync(HttpContext context, HttpMessageInvoker handler, IPEndPoint target)
    {
        using var message = Outgoing(context, target);
        HttpResponseMessage response;
        try
        {
            response = await handler.SendAsync(message, context.RequestAborted);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // The far end refused or went away: so does this one.
            context.Abort();
            throw new IOException(e.Message, e);
        }

        using (response)
        {
            context.Response.StatusCode = (int)response.StatusCode;
            foreach (var (name, values) in response.Headers.Concat(response.Content.Headers).Where(header => !HopByHop.Contains(header.Key)))
            {
                context.Response.Headers.Append(name, values.ToArray());
            }

            await using var body = await response.Content.ReadAsStreamAsync(context.RequestAborted);
            var buffer = new byte[16 * 1024];
            while (await body.ReadAsync(buffer, context.RequestAborted) is var count and > 0)
            {
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, count), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }

            if (response.TrailingHeaders.Any() && context.Response.SupportsTrailers())
            {
                foreach (var (name, values) in response.TrailingHeaders)
                {
                    context.Response.AppendTrailer(name, values.ToArray());
                }
            }
        }
    }

    private static HttpRequestMessage Outgoing(HttpContext context, IPEndPoint target)
    {
        var incoming = context.Request;
        var host = incoming.Host.HasValue ? incoming.Host.Host : target.Address.ToString();
        var path = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var message = new HttpRequestMessage(
            new HttpMethod(incoming.Method), new Uri($"http://{host}:{target.Port}{(path.StartsWith('/') ? path : "/")}"))
        {
            Version = HttpProtocol.IsHttp2(incoming.Protocol) ? HttpVersion.Version20 : HttpVersion.Version11,
        };
        if (incoming.ContentLength > 0 || incoming.Headers.TransferEncoding.Count > 0 || (HttpProtocol.IsHttp2(incoming.Protocol) && incoming.ContentLength is null))
        {
            message.Content = new StreamContent(incoming.Body);
        }

        foreach (var (name, values) in incoming.Headers.Where(header => !HopByHop.Contains(header.Key) && !header.Key.StartsWith(':')))
        {
            if (!message.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        return message;
    }
}
