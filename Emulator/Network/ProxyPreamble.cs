using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Emulator.Network;

/// <summary>The PROXY protocol version 2 preamble of an underlay connection: the pod addresses at both ends.</summary>
/// <remarks>
/// A receiver sends nothing before it has read the request, so a dialler could not tell a dropped connection from a slow pod. It may therefore add
/// the type-length-value <see cref="AnswerWanted"/>: the receiver then sends <see cref="Answer"/> once the pod has taken the connection.
/// </remarks>
internal sealed record ProxyPreamble(IPEndPoint Source, IPEndPoint Destination, bool WantsAnswer)
{
    public const byte Answer = 0x06;

    /// <summary>First of the types that the protocol leaves to applications (PP2_TYPE_MIN_CUSTOM).</summary>
    private const byte AnswerWanted = 0xE0;

    private const int HeaderLength = 16;
    private const int MaximumLength = 1024;
    private const byte VersionTwoProxy = 0x21;
    private const byte Tcp4 = 0x11;
    private const byte Tcp6 = 0x21;

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    public byte[] ToBytes()
    {
        var wide = Source.AddressFamily is AddressFamily.InterNetworkV6 || Destination.AddressFamily is AddressFamily.InterNetworkV6;
        var size = wide ? 16 : 4;
        var length = (2 * size) + 4 + (WantsAnswer ? 3 : 0);
        var bytes = new byte[HeaderLength + length];
        Signature.CopyTo(bytes);
        bytes[12] = VersionTwoProxy;
        bytes[13] = wide ? Tcp6 : Tcp4;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(14), (ushort)length);
        var rest = bytes.AsSpan(HeaderLength);
        Write(Source.Address, wide, rest);
        Write(Destination.Address, wide, rest[size..]);
        BinaryPrimitives.WriteUInt16BigEndian(rest[(2 * size)..], (ushort)Source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(rest[((2 * size) + 2)..], (ushort)Destination.Port);
        if (WantsAnswer)
        {
            rest[(2 * size) + 4] = AnswerWanted;
        }

        return bytes;
    }

    /// <summary>Reads a preamble, and not one byte of what follows it; null when the peer sent anything else.</summary>
    public static async Task<ProxyPreamble?> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        var header = new byte[HeaderLength];
        if (await stream.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false, cancellation) < HeaderLength
            || !header.AsSpan().StartsWith(Signature) || header[12] != VersionTwoProxy)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(14));
        var size = header[13] switch { Tcp4 => 4, Tcp6 => 16, _ => 0 };
        if (size == 0 || length < (2 * size) + 4 || length > MaximumLength)
        {
            return null;
        }

        var rest = new byte[length];
        return await stream.ReadAtLeastAsync(rest, length, throwOnEndOfStream: false, cancellation) < length ? null : Parse(rest, size);
    }

    private static ProxyPreamble Parse(ReadOnlySpan<byte> rest, int size) => new(
        new IPEndPoint(Address(rest[..size]), BinaryPrimitives.ReadUInt16BigEndian(rest[(2 * size)..])),
        new IPEndPoint(Address(rest[size..(2 * size)]), BinaryPrimitives.ReadUInt16BigEndian(rest[((2 * size) + 2)..])),
        HasType(rest[((2 * size) + 4)..], AnswerWanted));

    private static bool HasType(ReadOnlySpan<byte> values, byte type)
    {
        while (values.Length >= 3)
        {
            if (values[0] == type)
            {
                return true;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(values[1..]);
            values = values.Length >= 3 + length ? values[(3 + length)..] : [];
        }

        return false;
    }

    private static IPAddress Address(ReadOnlySpan<byte> bytes)
    {
        var address = new IPAddress(bytes);
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    private static void Write(IPAddress address, bool wide, Span<byte> target) =>
        (wide ? address.MapToIPv6() : address).TryWriteBytes(target, out _);
}
