using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Emulator.Network;

/// <summary>The first message of a TLS client, looked at without being taken from its socket.</summary>
internal static class ClientHello
{
    private const int RecordHeader = 5;
    private const int MaximumRecord = RecordHeader + (16 * 1024);
    private const ushort ServerNameExtension = 0;

    /// <summary>The server name that the client asks for (SNI, RFC 6066); null when it asks for none, or what it sent is no such message.</summary>
    public static async Task<string?> PeekServerNameAsync(Socket socket, CancellationToken cancellation)
    {
        var buffer = new byte[MaximumRecord];
        while (true)
        {
            var length = await socket.ReceiveAsync(buffer, SocketFlags.Peek, cancellation);
            var wanted = length < RecordHeader ? RecordHeader : RecordHeader + BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(3));
            if (length >= wanted || length == 0 || wanted > MaximumRecord)
            {
                return ServerName(buffer.AsSpan(0, Math.Min(length, wanted)));
            }

            // Peeking does not wait for more than is there already.
            await Task.Delay(5, cancellation);
        }
    }

    /// <summary>The name in a whole handshake record.</summary>
    public static string? ServerName(ReadOnlySpan<byte> record)
    {
        try
        {
            // record header 5, handshake type 1, length 3, version 2, random 32; then session id, cipher suites, compression methods, extensions.
            var rest = record[43..];
            rest = rest[(1 + rest[0])..];
            rest = rest[(2 + BinaryPrimitives.ReadUInt16BigEndian(rest))..];
            rest = rest[(1 + rest[0])..];
            rest = rest.Slice(2, BinaryPrimitives.ReadUInt16BigEndian(rest));
            while (rest.Length >= 4)
            {
                var type = BinaryPrimitives.ReadUInt16BigEndian(rest);
                var length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
                if (type == ServerNameExtension)
                {
                    // list length 2, name type 1, name length 2
                    var name = rest.Slice(4, length);
                    return Encoding.ASCII.GetString(name.Slice(5, BinaryPrimitives.ReadUInt16BigEndian(name[3..])));
                }

                rest = rest[(4 + length)..];
            }
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            // Cut short, or not TLS after all.
        }

        return null;
    }
}
