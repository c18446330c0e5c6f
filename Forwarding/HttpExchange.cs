using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Forwarding;

/// <summary>One attempt to have one request answered by one server over HTTP/1.1.</summary>
public sealed class HttpExchange(
    HttpContext context, IUpstream upstream, string target, bool hasBody, ExchangeHeaders headers, CancellationToken cancellation) : IExchange
{
    private readonly long began = Environment.TickCount64;
    private readonly bool isUpgrade = IsUpgrade(context);
    private UpstreamConnection? connection;
    private CancellationTokenRegistration clientLeft;
    private Task? sendingBody;
    private int status;

    /// <summary>Whether the request has a body, and one that is not an upgraded connection's.</summary>
    public static bool HasBody(HttpContext context) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody is true && !IsUpgrade(context);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> SendAsync()
    {
        while (true)
        {
            connection = upstream.TryRent() ?? await ConnectAsync();
            try
            {
                RequestHeadWriter.Write(connection.Output, context.Request, target, hasBody, isUpgrade, headers);
                clientLeft = context.RequestAborted.UnsafeRegister(static self => ((HttpExchange)self!).connection?.Dispose(), this);
                await connection.SendHeadAsync(cancellation);
                if (hasBody)
                {
                    // A server may answer while it reads, so the answer is not waited for until the body is through.
                    sendingBody = RequestBody.SendAsync(context, connection, cancellation);
                    if (sendingBody.IsFaulted)
                    {
                        await sendingBody;
                    }
                }

                return status = await connection.ReadHeadAsync(cancellation);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or UpstreamException or OperationCanceledException or ClientGoneException)
            {
                var wasStale = connection.IsReused && !connection.HasAnswer && sendingBody is null && !cancellation.IsCancellationRequested;
                var failure = await FailureOfAsync(e);
                if (failure is ClientGoneException || !wasStale)
                {
                    throw failure;
                }

                // The server closed it while it was idle: that says nothing about this request.
            }
        }
    }

    public void Abandon()
    {
        clientLeft.Dispose();
        connection?.Dispose();
        connection = null;
    }

    public async Task<long> AnswerAsync()
    {
        var from = connection!;
        var response = context.Response;
        response.StatusCode = status;
        from.CopyHeaders(response.Headers, status, HttpMethods.IsHead(context.Request.Method), keepsUpgrade: isUpgrade);
        headers.Complete(response, Environment.TickCount64 - began);
        if (status == StatusCodes.Status101SwitchingProtocols)
        {
            await SwitchAsync(from);
            return 0;
        }

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
            throw await FailureOfAsync(e);
        }

        var passed = from.Passed;
        if (from.KeepsAlive && from.Buffered.IsEmpty && sendingBody is null or { IsCompletedSuccessfully: true } && clientLeft.Unregister())
        {
            from.IsReused = true;
            connection = null;
            upstream.Return(from);
        }
        else
        {
            await EndBodyAsync();
        }

        return passed;
    }

    private static bool IsUpgrade(HttpContext context) =>
        context.Request.Headers.Upgrade.Count > 0 && context.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest is true;

    private async Task SwitchAsync(UpstreamConnection from)
    {
        if (!isUpgrade)
        {
            Abandon();
            throw new UpstreamException(UpstreamFailure.Reset, "the server switched protocols unasked");
        }

        await using var client = await context.Features.Get<IHttpUpgradeFeature>()!.UpgradeAsync();
        await from.TunnelAsync(client, context.RequestAborted);
        Abandon();
    }

    private async ValueTask<UpstreamConnection> ConnectAsync()
    {
        try
        {
            return await upstream.ConnectAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            throw new UpstreamException(UpstreamFailure.Timeout, "upstream request timeout");
        }
    }

    /// <summary>Ends the attempt, and tells whose fault its end was.</summary>
    private async ValueTask<Exception> FailureOfAsync(Exception e)
    {
        var left = await EndBodyAsync();
        return e is ClientGoneException ? e
            : left is not null ? left
            : context.RequestAborted.IsCancellationRequested ? new ClientGoneException()
            : e switch
            {
                OperationCanceledException => new UpstreamException(UpstreamFailure.Timeout, "upstream request timeout"),
                UpstreamException known => known,
                _ => new UpstreamException(UpstreamFailure.Reset, e.Message),
            };
    }

    /// <summary>Gives up the connection and waits until nothing reads the request's body any more; returns the client's fault if the body had one.</summary>
    private async ValueTask<ClientGoneException?> EndBodyAsync()
    {
        Abandon();
        if (sendingBody is null)
        {
            return null;
        }

        if (!sendingBody.IsCompleted)
        {
            context.Request.BodyReader.CancelPendingRead();
        }

        try
        {
            await sendingBody;
            return null;
        }
        catch (ClientGoneException gone)
        {
            return gone;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The server took no more of it, which the answer or its absence has told already.
            return null;
        }
    }
}
