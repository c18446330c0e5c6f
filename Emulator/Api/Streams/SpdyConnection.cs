using System.Buffers.Binary;
using System.Threading.Channels;

namespace Emulator.Api.Streams;

/// <summary>The server's side of SPDY/3.1, as far as kubectl needs it: the client opens streams, both sides send and end them.</summary>
/// <remarks>Like the library of real clients and servers, it does no flow control of its own; what is not read holds up the connection.</remarks>
internal sealed class SpdyConnection(Stream transport)
{
    private const int HeaderLength = 8;
    private const int MaximumFrame = 1 << 20;
    private const int MaximumStreams = 1_000;
    private const byte Last = 1;
    private const ushort Version = 3;
    private const ushort SynStream = 1;
    private const ushort SynReply = 2;
    private const ushort ResetStream = 3;
    private const ushort Ping = 6;
    private const ushort GoAway = 7;

    private readonly SemaphoreSlim writing = new(1);
    private readonly Dictionary<uint, SpdyStream> streams = [];
    private readonly Channel<SpdyStream> opened = Channel.CreateUnbounded<SpdyStream>();
    private readonly SpdyHeaderReader reader = new();
    private readonly SpdyHeaderWriter writer = new();

    /// <summary>Streams as the client opens them; complete when the connection has ended.</summary>
    public ChannelReader<SpdyStream> Opened => opened.Reader;

    /// <summary>Reads frames until the client leaves.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var header = new byte[HeaderLength];
        try
        {
            while (await transport.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false, cancellation) == HeaderLength)
            {
                var length = (int)(BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4)) & 0xFFFFFF);
                if (length > MaximumFrame)
                {
                    return;
                }

                var payload = new byte[length];
                await transport.ReadExactlyAsync(payload, cancellation);
                if ((header[0] & 0x80) == 0)
                {
                    await TakeDataAsync(BinaryPrimitives.ReadUInt32BigEndian(header), payload, (header[4] & Last) != 0, cancellation);
                }
                else if (!await TakeControlAsync(BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(2)), header[4], payload, cancellation))
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidDataException)
        {
            // The client went away, or does not speak SPDY.
        }
        finally
        {
            opened.Writer.TryComplete();
            foreach (var stream in streams.Values)
            {
                await stream.Received.CompleteAsync();
            }
        }
    }

    public Task WriteDataAsync(uint stream, ReadOnlyMemory<byte> bytes, bool isLast, CancellationToken cancellation)
    {
        var frame = new byte[HeaderLength + bytes.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, stream);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), (uint)bytes.Length);
        frame[4] = isLast ? Last : (byte)0;
        bytes.CopyTo(frame.AsMemory(HeaderLength));
        return WriteAsync(frame, cancellation);
    }

    private async Task TakeDataAsync(uint id, byte[] bytes, bool isLast, CancellationToken cancellation)
    {
        if (!streams.TryGetValue(id, out var stream))
        {
            return;
        }

        if (bytes.Length > 0)
        {
            await stream.Received.WriteAsync(bytes, cancellation);
        }

        if (isLast)
        {
            await stream.Received.CompleteAsync();
            streams.Remove(id);
        }
    }

    private async Task<bool> TakeControlAsync(ushort type, byte flags, byte[] payload, CancellationToken cancellation)
    {
        switch (type)
        {
            case SynStream when payload.Length >= 10 && streams.Count < MaximumStreams:
                var id = BinaryPrimitives.ReadUInt32BigEndian(payload) & 0x7FFFFFFF;
                var stream = new SpdyStream(id, reader.Read(payload.AsMemory(10)), this);
                if ((flags & Last) == 0)
                {
                    streams[id] = stream;
                }
                else
                {
                    await stream.Received.CompleteAsync();
                }

                await ReplyAsync(id, cancellation);
                opened.Writer.TryWrite(stream);
                return true;
            case ResetStream when payload.Length >= 4:
                if (streams.Remove(BinaryPrimitives.ReadUInt32BigEndian(payload) & 0x7FFFFFFF, out var reset))
                {
                    await reset.Received.CompleteAsync();
                }

                return true;
            case Ping:
                await WriteAsync(Control(Ping, payload), cancellation);
                return true;
            case GoAway:
                return false;
            default:
                // Settings, window updates: nothing that the server has to act on.
                return type is not SynStream;
        }
    }

    private async Task ReplyAsync(uint stream, CancellationToken cancellation)
    {
        var block = writer.Empty();
        var payload = new byte[4 + block.Length];
        BinaryPrimitives.WriteUInt32BigEndian(payload, stream);
        block.CopyTo(payload.AsSpan(4));
        await WriteAsync(Control(SynReply, payload), cancellation);
    }

    private static byte[] Control(ushort type, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[HeaderLength + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(frame, 0x8000 | Version);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), type);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), (uint)payload.Length);
        payload.CopyTo(frame.AsSpan(HeaderLength));
        return frame;
    }

    private async Task WriteAsync(byte[] frame, CancellationToken cancellation)
    {
        await writing.WaitAsync(cancellation);
        try
        {
            await transport.WriteAsync(frame, cancellation);
            await transport.FlushAsync(cancellation);
        }
        finally
        {
            writing.Release();
        }
    }
}
