using System.IO.Pipelines;

namespace Emulator.Api.Streams;

/// <summary>One stream of a SPDY connection.</summary>
internal sealed class SpdyStream(uint id, IReadOnlyDictionary<string, string> headers, SpdyConnection connection)
{
    private readonly Pipe incoming = new(new PipeOptions(pauseWriterThreshold: 256 * 1024, resumeWriterThreshold: 128 * 1024, useSynchronizationContext: false));

    public uint Id => id;

    /// <summary>A header that the client opened the stream with; empty when it is not there.</summary>
    public string this[string name] => headers.GetValueOrDefault(name, "");

    /// <summary>What the client sends, to its end.</summary>
    public Stream Input => incoming.Reader.AsStream();

    public PipeWriter Received => incoming.Writer;

    public Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => connection.WriteDataAsync(id, bytes, isLast: false, cancellation);

    /// <summary>Nothing more is sent.</summary>
    public Task CloseAsync(CancellationToken cancellation) => connection.WriteDataAsync(id, default, isLast: true, cancellation);
}
