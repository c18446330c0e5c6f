using System.Net.WebSockets;
using System.Text;

namespace GlobalIngress.Kubernetes;

/// <summary>A connection to one port of a pod over a port-forward's WebSocket.</summary>
/// <remarks>
/// Protocol v4.channel.k8s.io: each message begins with its channel, 0 for data and 1 for errors; the first message of each channel holds nothing
/// but the port in two bytes. KubernetesClient's own stream over it holds a thread for every connection that is read.
/// </remarks>
internal sealed class PortForwardStream(WebSocket socket) : Stream
{
    public const string Protocol = "v4.channel.k8s.io";

    private const byte Data = 0;
    private const byte Errors = 1;
    private const int PortLength = 2;

    private readonly byte[] received = new byte[16 * 1024];
    private readonly int[] unread = [PortLength, PortLength];
    private int start;
    private int end;
    private byte channel;
    private bool messageBegins = true;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (start == end)
        {
            if (!await ReceiveAsync(cancellationToken))
            {
                return 0;
            }
        }

        var count = Math.Min(buffer.Length, end - start);
        received.AsMemory(start, count).CopyTo(buffer);
        start += count;
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var message = new byte[buffer.Length + 1];
        message[0] = Data;
        buffer.CopyTo(message.AsMemory(1));
        try
        {
            await socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
        }
        catch (WebSocketException error)
        {
            throw new IOException($"the port-forward is gone: {error.Message}", error);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("This stream is read asynchronously");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("This stream is written asynchronously");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            socket.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <returns>False at the end of the connection.</returns>
    private async Task<bool> ReceiveAsync(CancellationToken cancellation)
    {
        ValueWebSocketReceiveResult part;
        try
        {
            part = await socket.ReceiveAsync(received.AsMemory(), cancellation);
        }
        catch (WebSocketException error)
        {
            throw new IOException($"the port-forward is gone: {error.Message}", error);
        }

        if (part.MessageType == WebSocketMessageType.Close)
        {
            return false;
        }

        (start, end) = (0, part.Count);
        if (messageBegins && end > 0)
        {
            channel = received[0];
            start = 1;
        }

        messageBegins = part.EndOfMessage;
        if (channel > Errors)
        {
            throw new IOException($"the port-forward sent a message on channel {channel}; expected 0 or 1");
        }

        var port = Math.Min(unread[channel], end - start);
        unread[channel] -= port;
        start += port;
        return channel == Data || start == end ? true : throw new IOException($"the port-forward failed: {Encoding.UTF8.GetString(received, start, end - start)}");
    }
}
