using System.Globalization;
using System.Runtime.CompilerServices;
using Emulator.DataPlane.Upstream;
using Microsoft.Net.Http.Headers;

namespace Emulator.DataPlane.Forwarding;

/// <summary>One attempt to have one request answered by one endpoint over HTTP/1.1.</summary>
internal sealed class Exchange(
    HttpContext context, UpstreamEndpoint endpoint, string target, bool hasBody, string? traceParent, int attempt, CancellationToken cancellation)
    : IExchange
{
    private readonly long began = Environment.TickCount64;
    private UpstreamConnection? connection;
    private int status;
    private bool bodyStarted;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> SendAsync()
    {
        while (true)
        {
            connection = endpoint.TryRent() ?? await ConnectAsync();
            try
            {
                WriteHead(connection.Output);
                await connection.SendHeadAsync(cancellation);
                if (hasBody)
                {
                    await SendBodyAsync(connection);
                }

                return status = await connection.ReadHeadAsync(cancellation);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or UpstreamException or OperationCanceledException)
            {
                var wasStale = connection.IsReused && !connection.HasAnswer && !bodyStarted && !cancellation.IsCancellationRequested;
                Abandon();
                if (!wasStale)
                {
                    throw e switch
                    {
                        OperationCanceledException => new UpstreamException(UpstreamFailure.Timeout, "upstream request timeout"),
                        UpstreamException known => known,
                        _ => new UpstreamException(UpstreamFailure.Reset, e.Message),
                    };
                }

                // The peer closed it while it was idle: that says nothing about this request.
            }
        }
    }

    public void Abandon()
    {
        connection?.Dispose();
        connection = null;
    }

    public async Task AnswerAsync()
    {
        var from = connection!;
        var response = context.Response;
        response.StatusCode = status;
        from.CopyHeaders(response.Headers, status, HttpMethods.IsHead(context.Request.Method));
        response.Headers.Server = Answers.ServerName;
        response.Headers["x-envoy-upstream-service-time"] = Milliseconds.Text(Environment.TickCount64 - began);
        try
        {
            var complete = from.Framing switch
            {
                ResponseFraming.None => true,
                ResponseFraming.Length => await ResponseBody.CopyAsync(from, response, from.ContentLength, cancellation),
                ResponseFraming.Chunked => await ResponseBody.CopyChunkedAsync(from, response, cancellation),
                _ => await ResponseBody.CopyToEndAsync(from, response, cancellation),
            };
            if (!complete)
            {
                throw new UpstreamException(UpstreamFailure.Reset, "the connection ended before the answer did");
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException or UpstreamException)
        {
            Abandon();
            throw e as UpstreamException ?? new UpstreamException(UpstreamFailure.Reset, e.Message);
        }

        if (from.KeepsAlive && from.Buffered.IsEmpty)
        {
            from.IsReused = true;
            connection = null;
            endpoint.Return(from);
        }
        else
        {
            Abandon();
        }
    }

    private async ValueTask<UpstreamConnection> ConnectAsync()
    {
        try
        {
            return await endpoint.ConnectAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            throw new UpstreamException(UpstreamFailure.Timeout, "upstream request timeout");
        }
    }

    private void WriteHead(RequestHead head)
    {
        var request = context.Request;
        head.Start(request.Method, target);
        foreach (var (name, values) in request.Headers)
        {
            if (IsOfThisConnection(name) || (traceParent is not null && name.Equals("traceparent", StringComparison.OrdinalIgnoreCase)))
            {
                continue;
            }

            for (var i = 0; i < values.Count; i++)
            {
                head.Header(name, values[i] ?? "");
            }
        }

        if (traceParent is not null)
        {
            head.Header("traceparent", traceParent);
        }

        head.Header("x-envoy-attempt-count", attempt == 0 ? "1" : (attempt + 1).ToString(CultureInfo.InvariantCulture));
        if (hasBody && request.ContentLength is null)
        {
            head.Header(HeaderNames.TransferEncoding, "chunked");
        }

        head.End();
    }

    private static bool IsOfThisConnection(string name) => name.Length switch
    {
        2 => name.Equals("TE", StringComparison.OrdinalIgnoreCase),
        7 => name.Equals("Upgrade", StringComparison.OrdinalIgnoreCase) || name.Equals("Trailer", StringComparison.OrdinalIgnoreCase),
        10 => name.Equals("Connection", StringComparison.OrdinalIgnoreCase) || name.Equals("Keep-Alive", StringComparison.OrdinalIgnoreCase),
        16 => name.Equals("Proxy-Connection", StringComparison.OrdinalIgnoreCase),
        17 => name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase),
        _ => name.Length > 0 && name[0] == ':',
    };

    private async ValueTask SendBodyAsync(UpstreamConnection connection)
    {
        bodyStarted = true;
        var chunked = context.Request.ContentLength is null;
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(cancellation);
            foreach (var segment in read.Buffer)
            {
                if (chunked && segment.Length > 0)
                {
                    await connection.SendAsync(ChunkHead(segment.Length), cancellation);
                }

                await connection.SendAsync(segment, cancellation);
                if (chunked && segment.Length > 0)
                {
                    await connection.SendAsync("\r\n"u8.ToArray(), cancellation);
                }
            }

            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                break;
            }
        }

        if (chunked)
        {
            await connection.SendAsync("0\r\n\r\n"u8.ToArray(), cancellation);
        }
    }

    private static byte[] ChunkHead(int length) =>
        System.Text.Encoding.ASCII.GetBytes(length.ToString("x", CultureInfo.InvariantCulture) + "\r\n");
}
