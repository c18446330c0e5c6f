using System.IO.Pipelines;

namespace GlobalIngress.Frontend;

/// <summary>What a client is sent; says so when nothing reaches it any more.</summary>
internal sealed class ClientOutput(PipeWriter inner, Action gone) : PipeWriter
{
    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override void Advance(int bytes) => inner.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => Watch(inner.FlushAsync(cancellationToken));

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
        Watch(inner.WriteAsync(source, cancellationToken));

    private ValueTask<FlushResult> Watch(ValueTask<FlushResult> flush)
    {
        if (!flush.IsCompletedSuccessfully)
        {
            return WatchAsync(flush);
        }

        var result = flush.Result;
        return new ValueTask<FlushResult>(Told(result));
    }

    private async ValueTask<FlushResult> WatchAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            return Told(await flush);
        }
        catch (IOException)
        {
            gone();
            throw;
        }
    }

    private FlushResult Told(FlushResult result)
    {
        if (result.IsCompleted)
        {
            gone();
        }

        return result;
    }
}
