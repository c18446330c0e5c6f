using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;

namespace Forwarding;

/// <summary>One HTTP/1.1 connection to an endpoint, used by one request at a time.</summary>
/// <remarks>A proxy needs no more of a client than this, and it is several times cheaper than a general one.</remarks>
public sealed class UpstreamConnection : IDisposable
{
    private const int MaximumHead = 256 * 1024;

    /// <summary>Envoy's stream idle timeout.</summary>
    private static readonly TimeSpan SilenceTime = TimeSpan.FromMinutes(5);

    private readonly HeaderCache cache = new();
    private readonly Stream stream;
    private readonly ConcurrentDictionary<UpstreamConnection, byte> open;
    private long lastActivity = Environment.TickCount64;
    private bool isIdle;

    // Not from a pool: the connection may be disposed of while a read is under way, which would go on writing into it.
    private byte[] input = GC.AllocateUninitializedArray<byte>(8 * 1024);
    private int start;
    private int end;
    private int headEnd;
    private int requests;

    public UpstreamConnection(Stream stream, ConcurrentDictionary<UpstreamConnection, byte> open)
    {
        this.stream = stream;
        this.open = open;
        open.TryAdd(this, 0);
    }

    public RequestHead Output { get; } = new();

    /// <summary>Whether nothing has happened for longer than is worth waiting.</summary>
    public bool IsAbandoned => Environment.TickCount64 - lastActivity > (isIdle ? IdleTime : SilenceTime).TotalMilliseconds;

    /// <summary>How long it is kept without a request.</summary>
    public TimeSpan IdleTime { get; init; } = ConnectionPool.IdleTime;

    /// <summary>How many requests it may carry; 0: any number.</summary>
    public int MaximumRequests { get; init; }

    /// <summary>Whether it waits in a pool.</summary>
    public bool IsIdle
    {
        get => isIdle;
        set
        {
            isIdle = value;
            lastActivity = Environment.TickCount64;
        }
    }

    /// <summary>Whether it has carried a request before; then the peer may have closed it in the meantime.</summary>
    public bool IsReused { get; set; }

    /// <summary>Whether any byte of the answer has arrived.</summary>
    public bool HasAnswer => end > start;

    /// <summary>Whether the connection can carry another request after this one.</summary>
    public bool KeepsAlive { get; private set; }

    public ResponseFraming Framing { get; private set; }

    public long ContentLength { get; private set; }

    public ValueTask SendHeadAsync(CancellationToken cancellation) => stream.WriteAsync(Output.Written, cancellation);

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => stream.WriteAsync(bytes, cancellation);

    /// <summary>Reads up to the end of the answer's headers, and past interim answers; returns the status.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadHeadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var scanned = start;
            int found;
            while ((found = input.AsSpan(scanned, end - scanned).IndexOf("\r\n\r\n"u8)) < 0)
            {
                scanned = Math.Max(start, end - 3);
                scanned -= MakeRoom();
                var read = await stream.ReadAsync(input.AsMemory(end), cancellation);
                if (read == 0)
                {
                    throw new UpstreamException(UpstreamFailure.Reset, "the connection ended before an answer");
                }

                end += read;
                lastActivity = Environment.TickCount64;
            }

            headEnd = scanned + found + 4;
            var status = ParseStatus(input.AsSpan(start, headEnd - start));
            if (status is >= 200 or StatusCodes.Status101SwitchingProtocols)
            {
                return status;
            }

            start = headEnd;
        }
    }

    /// <summary>Copies the answer's headers, except those that belong to this connection alone.</summary>
    public void CopyHeaders(IHeaderDictionary target, int status, bool isHead, bool keepsUpgrade = false)
    {
        var head = input.AsSpan(start, headEnd - start);
        requests++;
        Passed = 0;
        KeepsAlive = head.StartsWith("HTTP/1.1"u8) && (MaximumRequests == 0 || requests < MaximumRequests);
        Framing = ResponseFraming.UntilClose;
        var line = head.IndexOf("\r\n"u8) + 2;
        for (var slot = 0; line < head.Length - 2; slot++)
        {
            var length = head[line..].IndexOf("\r\n"u8);
            var (name, value) = cache.Read(slot, head.Slice(line, length));
            line += length + 2;
            if (name.Length > 0 && (!TakesForItself(name, value) || (keepsUpgrade && name.Equals("Upgrade", StringComparison.OrdinalIgnoreCase))))
            {
                target.Append(name, value);
            }
        }

        start = headEnd;
        if (Framing is ResponseFraming.Chunked)
        {
            // Chunks win over a length (RFC 9112, 6.3); passed on, the two would be read differently by different clients.
            target.ContentLength = null;
        }

        if (isHead || status is StatusCodes.Status204NoContent or StatusCodes.Status304NotModified)
        {
            Framing = ResponseFraming.None;
        }

        KeepsAlive &= Framing is not ResponseFraming.UntilClose;
    }

    /// <summary>What has arrived of the body, or more of it once that is used up; empty at the end of the connection.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellation)
    {
        if (start == end)
        {
            start = 0;
            end = 0;
            end = await stream.ReadAsync(input, cancellation);
            lastActivity = Environment.TickCount64;
        }

        return input.AsMemory(start, end - start);
    }

    /// <summary>Adds to what has arrived; false at the end of the connection.</summary>
    public async ValueTask<bool> ReadMoreAsync(CancellationToken cancellation)
    {
        MakeRoom();
        var read = await stream.ReadAsync(input.AsMemory(end), cancellation);
        end += read;
        return read > 0;
    }

    /// <summary>Carries bytes both ways between the client and this connection, beginning with those that came behind the answer's head.</summary>
    public async Task TunnelAsync(Stream client, CancellationToken cancellation)
    {
        if (!Buffered.IsEmpty)
        {
            await client.WriteAsync(Buffered, cancellation);
            await client.FlushAsync(cancellation);
        }

        await Tunnel.RunAsync(client, stream, cancellation);
    }

    public ReadOnlyMemory<byte> Buffered => input.AsMemory(start, end - start);

    public void Consume(int count) => start += count;

    /// <summary>Bytes of the present answer's body that were passed on.</summary>
    public long Passed { get; set; }

    public void Dispose()
    {
        open.TryRemove(this, out _);
        stream.Dispose();
    }

    private bool TakesForItself(string name, string value)
    {
        switch (name.Length)
        {
            case 14 when name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase):
                return TakesLength(value);
            case 17 when name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase):
                Framing = ResponseFraming.Chunked;
                return true;
            case 10 when name.Equals("Connection", StringComparison.OrdinalIgnoreCase):
                KeepsAlive &= !value.Contains("close", StringComparison.OrdinalIgnoreCase);
                return true;
            case 10 when name.Equals("Keep-Alive", StringComparison.OrdinalIgnoreCase):
            case 16 when name.Equals("Proxy-Connection", StringComparison.OrdinalIgnoreCase):
            case 7 when name.Equals("Upgrade", StringComparison.OrdinalIgnoreCase):
                return true;
            default:
                return false;
        }
    }

    /// <summary>Takes note of the length; a second one is left out where it is the same, and ends the answer where it is not.</summary>
    private bool TakesLength(string value)
    {
        if (!long.TryParse(value, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var length)
            || (Framing is ResponseFraming.Length && length != ContentLength))
        {
            throw new UpstreamException(UpstreamFailure.Reset, $"the answer's Content-Length is '{value}'; expected one number");
        }

        var isRepeated = Framing is ResponseFraming.Length;
        if (Framing is not ResponseFraming.Chunked)
        {
            Framing = ResponseFraming.Length;
            ContentLength = length;
        }

        return isRepeated;
    }

    private static int ParseStatus(ReadOnlySpan<byte> head) =>
        head.Length > 12 && head.StartsWith("HTTP/1."u8) && Utf8Parser.TryParse(head.Slice(9, 3), out int status, out var used) && used == 3 && status >= 100
            ? status
            : throw new UpstreamException(UpstreamFailure.Reset, "the answer is not HTTP/1.1");

    /// <summary>Makes room behind what has arrived; returns by how much that was moved.</summary>
    private int MakeRoom()
    {
        if (end < input.Length)
        {
            return 0;
        }

        var moved = start;
        if (start == 0)
        {
            if (input.Length >= MaximumHead)
            {
                throw new UpstreamException(UpstreamFailure.Reset, $"the answer's headers are longer than {MaximumHead} bytes");
            }

            Array.Resize(ref input, input.Length * 2);
        }
        else
        {
            input.AsSpan(start, end - start).CopyTo(input);
            end -= start;
            start = 0;
        }

        return moved;
    }
}
