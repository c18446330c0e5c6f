using k8s;

namespace Provisioner.Kubernetes;

/// <summary>The data of a port-forward as a stream that reads and writes at the same time.</summary>
/// <remarks>KubernetesClient's own stream is synchronous, and Stream's default for those lets a pending read hold up every write; HTTP reads before it has written.</remarks>
internal sealed class ForwardedStream(StreamDemuxer demuxer) : Stream
{
    private readonly Stream inner = demuxer.GetStream((byte?)0, (byte?)0);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => buffer.IsEmpty
        ? new(0)
        : new(ReadAsync(buffer, inner).WaitAsync(cancellationToken));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var copy = buffer.ToArray();
        return new(Task.Run(() => inner.Write(copy, 0, copy.Length), cancellationToken));
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            demuxer.Dispose();
        }

        base.Dispose(disposing);
    }

    // A read that was given up may still end: it must not write into a buffer that is somebody else's by then.
    private static async Task<int> ReadAsync(Memory<byte> buffer, Stream source)
    {
        var own = new byte[Math.Min(buffer.Length, 16 << 10)];
        var read = await Task.Run(() => source.Read(own, 0, own.Length));
        own.AsMemory(0, read).CopyTo(buffer);
        return read;
    }
}
