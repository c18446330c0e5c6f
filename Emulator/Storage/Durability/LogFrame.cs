using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;

namespace Emulator.Storage.Durability;

/// <summary>The envelope of a record on disk: a mark, the payload's length, a CRC-32C over length and payload, the payload.</summary>
internal static class LogFrame
{
    public const int HeaderLength = 12;

    // "LWL1": found again after damage, so that a torn end can be told from a hole in the middle.
    private static readonly byte[] Mark = [0x4c, 0x57, 0x4c, 0x31];

    /// <summary>The frame of a record; <paramref name="buffer"/> is emptied first and holds it afterwards.</summary>
    public static ReadOnlyMemory<byte> Encode(LogRecord record, ArrayBufferWriter<byte> buffer)
    {
        buffer.ResetWrittenCount();
        buffer.GetSpan(HeaderLength)[..HeaderLength].Clear();
        buffer.Advance(HeaderLength);
        record.WriteTo(buffer);
        var frame = System.Runtime.InteropServices.MemoryMarshal.AsMemory(buffer.WrittenMemory);
        Mark.CopyTo(frame.Span);
        BinaryPrimitives.WriteInt32LittleEndian(frame.Span[4..], frame.Length - HeaderLength);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.Span[8..], Checksum(frame.Span[4..8], frame.Span[HeaderLength..]));
        return frame;
    }

    /// <summary>The payload of the frame that begins at an offset; null when there is no whole and undamaged one.</summary>
    public static ReadOnlyMemory<byte>? Decode(ReadOnlyMemory<byte> file, int offset)
    {
        var rest = file.Span[offset..];
        if (rest.Length < HeaderLength || !rest.StartsWith(Mark))
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(rest[4..]);
        if (length <= 0 || length > rest.Length - HeaderLength)
        {
            return null;
        }

        var payload = rest.Slice(HeaderLength, length);
        if (BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]) != Checksum(rest[4..8], payload))
        {
            return null;
        }

        return file.Slice(offset + HeaderLength, length);
    }

    /// <summary>The offset of the next whole frame after a damaged place, or -1.</summary>
    public static int FindNext(ReadOnlyMemory<byte> file, int from)
    {
        for (var at = from; at < file.Length; at++)
        {
            var found = file.Span[at..].IndexOf(Mark);
            if (found < 0)
            {
                return -1;
            }

            at += found;
            if (Decode(file, at) is not null)
            {
                return at;
            }
        }

        return -1;
    }

    private static uint Checksum(ReadOnlySpan<byte> length, ReadOnlySpan<byte> payload)
    {
        var crc = BitOperations.Crc32C(uint.MaxValue, BinaryPrimitives.ReadUInt32LittleEndian(length));
        while (payload.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(payload));
            payload = payload[sizeof(ulong)..];
        }

        foreach (var single in payload)
        {
            crc = BitOperations.Crc32C(crc, single);
        }

        return ~crc;
    }
}
