using System.IO.Pipelines;

namespace GlobalIngress.Frontend;

/// <summary>What a client sends, with a way to ask, while nobody reads, whether it ended in a reset.</summary>
internal sealed class ClientInput(PipeReader inner) : PipeReader
{
    private const int Free = 0;
    private const int Read = 1;
    private const int Asked = 2;

    private int state;

    /// <summary>Whether the connection was reset. Where somebody is reading, that reader is told instead, and the answer is false.</summary>
    public bool HasFailed()
    {
        if (Interlocked.CompareExchange(ref state, Asked, Free) != Free)
        {
            return false;
        }

        try
        {
            if (inner.TryRead(out var read))
            {
                inner.AdvanceTo(read.Buffer.Start, read.Buffer.Start);
            }

            return false;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return true;
        }
        catch (InvalidOperationException)
        {
            // It has been read to its end, and is no longer anybody's.
            return false;
        }
        finally
        {
            Volatile.Write(ref state, Free);
        }
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        Take();
        return inner.ReadAsync(cancellationToken);
    }

    public override bool TryRead(out ReadResult result)
    {
        Take();
        if (inner.TryRead(out result))
        {
            return true;
        }

        Volatile.Write(ref state, Free);
        return false;
    }

    public override void AdvanceTo(SequencePosition consumed)
    {
        inner.AdvanceTo(consumed);
        Volatile.Write(ref state, Free);
    }

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        inner.AdvanceTo(consumed, examined);
        Volatile.Write(ref state, Free);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    /// <summary>The question takes a moment only. One who reads again without having advanced holds it already.</summary>
    private void Take()
    {
        var wait = new SpinWait();
        while (Interlocked.CompareExchange(ref state, Read, Free) == Asked)
        {
            wait.SpinOnce();
        }
    }
}
