using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Emulator.Storage.Durability;

internal enum LogRecordKind : byte
{
    /// <summary>An object was written: <see cref="LogRecord.Json"/> is its new state.</summary>
    Put = 1,

    /// <summary>An object was removed.</summary>
    Delete = 2,

    /// <summary>A process took over here and counts on from <see cref="LogRecord.Revision"/>.</summary>
    Resume = 3,

    /// <summary>The last record of a complete snapshot.</summary>
    End = 4,
}

/// <summary>One entry of the write-ahead log.</summary>
/// <remarks>As bytes: kind (1), revision (8, little endian), group, plural, namespace and name (2 for the length, then UTF-8), and the JSON up to the end.</remarks>
internal readonly record struct LogRecord(LogRecordKind Kind, long Revision, ResourceKey Key, ReadOnlyMemory<byte> Json)
{
    private const int NumbersLength = 1 + sizeof(long);

    public static LogRecord Put(StoredObject stored) => new(LogRecordKind.Put, stored.Revision, stored.Key, stored.Json);

    public static LogRecord Delete(StoredObject last) => new(LogRecordKind.Delete, last.Revision, last.Key, default);

    public static LogRecord Mark(LogRecordKind kind, long revision) => new(kind, revision, new ResourceKey(new ResourceType("", ""), "", ""), default);

    public void WriteTo(IBufferWriter<byte> output)
    {
        var numbers = output.GetSpan(NumbersLength);
        numbers[0] = (byte)Kind;
        BinaryPrimitives.WriteInt64LittleEndian(numbers[1..], Revision);
        output.Advance(NumbersLength);
        Write(output, Key.Type.Group);
        Write(output, Key.Type.Plural);
        Write(output, Key.Namespace);
        Write(output, Key.Name);
        output.Write(Json.Span);
    }

    /// <summary>Reads a record whose checksum was right; its JSON is a part of <paramref name="payload"/>.</summary>
    public static LogRecord Read(ReadOnlyMemory<byte> payload)
    {
        var kind = (LogRecordKind)payload.Span[0];
        var revision = BinaryPrimitives.ReadInt64LittleEndian(payload.Span[1..]);
        var rest = payload[NumbersLength..];
        var type = new ResourceType(Text(ref rest), Text(ref rest));
        return new LogRecord(kind, revision, new ResourceKey(type, Text(ref rest), Text(ref rest)), rest);
    }

    private static void Write(IBufferWriter<byte> output, string text)
    {
        var span = output.GetSpan(sizeof(ushort) + Encoding.UTF8.GetMaxByteCount(text.Length));
        var length = Encoding.UTF8.GetBytes(text, span[sizeof(ushort)..]);
        BinaryPrimitives.WriteUInt16LittleEndian(span, checked((ushort)length));
        output.Advance(sizeof(ushort) + length);
    }

    private static string Text(ref ReadOnlyMemory<byte> rest)
    {
        var length = BinaryPrimitives.ReadUInt16LittleEndian(rest.Span);
        var text = Encoding.UTF8.GetString(rest.Span.Slice(sizeof(ushort), length));
        rest = rest[(sizeof(ushort) + length)..];
        return text;
    }
}
