using System.Threading.Channels;

namespace Emulator.Storage;

/// <summary>Every change of one resource type since a revision, once each and in order.</summary>
/// <remarks>A reader that falls further behind than the buffer holds is cut off: <see cref="Reader"/> completes, and the reader lists again.</remarks>
internal sealed class StoreWatch : IDisposable
{
    private const int Buffered = 20_000;

    private readonly Channel<StoreEvent> channel =
        Channel.CreateBounded<StoreEvent>(new BoundedChannelOptions(Buffered) { SingleReader = true, AllowSynchronousContinuations = false });

    private readonly Action<StoreWatch> detach;

    internal StoreWatch(string? ns, Action<StoreWatch> detach)
    {
        Namespace = ns;
        this.detach = detach;
    }

    /// <summary>The namespace watched, or null for all.</summary>
    public string? Namespace { get; }

    public ChannelReader<StoreEvent> Reader => channel.Reader;

    public void Dispose()
    {
        detach(this);
        channel.Writer.TryComplete();
    }

    internal void Offer(StoreEvent change)
    {
        if ((Namespace is null || Namespace == change.Object.Key.Namespace) && !channel.Writer.TryWrite(change))
        {
            channel.Writer.TryComplete();
        }
    }
}
