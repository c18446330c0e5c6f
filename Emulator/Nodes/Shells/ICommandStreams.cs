using System.Threading.Channels;

namespace Emulator.Nodes;

/// <summary>The streams of a running program, as <c>kubectl exec</c> and <c>attach</c> see them. Disposing leaves it, and ends it where it was started for this.</summary>
internal interface ICommandStreams : IAsyncDisposable
{
    /// <summary>What the program writes; complete when it has ended and all is read.</summary>
    ChannelReader<OutputChunk> Output { get; }

    Task<int> Exited { get; }

    ValueTask WriteAsync(ReadOnlyMemory<byte> input, CancellationToken cancellation);

    /// <summary>No more input comes.</summary>
    void CloseInput();

    void Resize(int columns, int rows);
}
