using System.Net;
using Emulator.DataPlane.Outbound;
using Emulator.DataPlane.Upstream;
using Forwarding;

namespace Emulator.DataPlane.Forwarding;

/// <summary>An attempt over HTTP/2, which gRPC needs: both sides stream at the same time, and trailers are passed on.</summary>
internal sealed class Http2Exchange(HttpContext context, UpstreamEndpoint endpoint, string target, string? traceParent, CancellationToken cancellation)
    : IExchange
{
    private HttpResponseMessage? answer;
    private long passed;

    public static bool IsNeededFor(HttpRequest request) =>
        HttpProtocol.IsHttp2(request.Protocol) && request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) is true;

    public async ValueTask<int> SendAsync()
    {
        var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), MessageForwarder.Uri(target))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new StreamingContent(context.Request.Body),
        };
        request.Headers.Host = context.Request.Host.Value;
        foreach (var (name, values) in context.Request.Headers)
        {
            if (!name.StartsWith(':') && name is not ("Host" or "host") && !(traceParent is not null && name == "traceparent")
                && !request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                request.Content.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        if (traceParent is not null)
        {
            request.Headers.TryAddWithoutValidation("traceparent", traceParent);
        }

        try
        {
            answer = await endpoint.Messages.SendAsync(request, cancellation);
            return (int)answer.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UpstreamException or OperationCanceledException)
        {
            throw MessageForwarder.AsFailure(e, cancellation.IsCancellationRequested);
        }
    }

    public async Task<long> AnswerAsync()
    {
        var response = context.Response;
        response.StatusCode = (int)answer!.StatusCode;
        foreach (var (name, values) in answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated))
        {
            response.Headers[name] = values.ToArray();
        }

        response.Headers.Server = Answers.ServerName;
        try
        {
            await response.StartAsync(cancellation);
            await using (var body = await answer.Content.ReadAsStreamAsync(cancellation))
            {
                var buffer = new byte[16 * 1024];
                int read;
                while ((read = await body.ReadAsync(buffer, cancellation)) > 0)
                {
                    passed += read;
                    await response.BodyWriter.WriteAsync(buffer.AsMemory(0, read), cancellation);
                }
            }

            foreach (var (name, values) in answer.TrailingHeaders.NonValidated)
            {
                response.AppendTrailer(name, values.ToArray());
            }

            return passed;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            throw new UpstreamException(UpstreamFailure.Reset, e.Message);
        }
        finally
        {
            answer.Dispose();
        }
    }

    public void Abandon() => answer?.Dispose();

    /// <summary>A body that is sent on as it arrives.</summary>
    private sealed class StreamingContent(Stream source) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.FlushAsync(cancellationToken);
            var buffer = new byte[16 * 1024];
            int read;
            while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
            {
                await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                await stream.FlushAsync(cancellationToken);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
