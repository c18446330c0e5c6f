using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace Emulator.Storage;

/// <summary>Every change of one resource type since a revision, once each and in order.</summary>
/// <remarks>A reader that falls further behind than the buffer holds is cut off: what waits is dropped, <see cref="Reader"/> completes, and the reader lists again.</remarks>
internal sealed class StoreWatch : IDisposable
{
    private const int Buffered = 20_000;
    private const long BufferedBytes = 32 * 1024 * 1024;

    private readonly Channel<StoreEvent> channel =
        Channel.CreateBounded<StoreEvent>(new BoundedChannelOptions(Buffered) { AllowSynchronousContinuations = false });

    private readonly CancellationTokenSource overflowed = new();
    private readonly Action<StoreWatch> detach;
    private long bytes;

    internal StoreWatch(string? ns, Action<StoreWatch> detach)
    {
        Namespace = ns;
        this.detach = detach;
        Reader = new CountingReader(this);
    }

    /// <summary>The namespace watched, or null for all.</summary>
    public string? Namespace { get; }

    public ChannelReader<StoreEvent> Reader { get; }

    /// <summary>Cancelled when the reader has fallen too far behind.</summary>
    public CancellationToken Overflowed => overflowed.Token;

    public void Dispose()
    {
        detach(this);
        channel.Writer.TryComplete();
        overflowed.Dispose();
    }

    internal void Offer(StoreEvent change)
    {
        if (Namespace is not null && Namespace != change.Object.Key.Namespace)
        {
            return;
        }

        if (Interlocked.Add(ref bytes, change.Object.Json.Length) > BufferedBytes && Reader.Count > 1 || !channel.Writer.TryWrite(change))
        {
            CutOff();
        }
    }

    private void CutOff()
    {
        if (!channel.Writer.TryComplete())
        {
            return;
        }

        while (channel.Reader.TryRead(out _))
        {
        }

        // Not here: the store's lock is held.
        _ = overflowed.CancelAsync();
    }

    /// <summary>Counts down the bytes that wait.</summary>
    private sealed class CountingReader(StoreWatch watch) : ChannelReader<StoreEvent>
    {
        public override Task Completion => watch.channel.Reader.Completion;

        public override bool CanCount => true;

        public override int Count => watch.channel.Reader.Count;

        public override bool TryRead([MaybeNullWhen(false)] out StoreEvent item)
        {
            if (!watch.channel.Reader.TryRead(out item))
            {
                return false;
            }

            Interlocked.Add(ref watch.bytes, -item.Object.Json.Length);
            return true;
        }

        public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => watch.channel.Reader.WaitToReadAsync(cancellationToken);
    }
}
