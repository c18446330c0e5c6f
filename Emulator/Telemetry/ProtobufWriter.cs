using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Emulator.Telemetry;

/// <summary>Writes protobuf messages field by field.</summary>
internal sealed class ProtobufWriter
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int LengthDelimited = 2;

    private readonly ArrayBufferWriter<byte> output = new(1024);

    public ReadOnlyMemory<byte> Written => output.WrittenMemory;

    public void Integer(int field, long value)
    {
        Raw(((uint)field << 3) | Varint);
        Raw((ulong)value);
    }

    public void Fixed(int field, ulong value)
    {
        Raw(((uint)field << 3) | Fixed64);
        BinaryPrimitives.WriteUInt64LittleEndian(output.GetSpan(8), value);
        output.Advance(8);
    }

    public void Text(int field, string value)
    {
        Raw(((uint)field << 3) | LengthDelimited);
        Raw((ulong)Encoding.UTF8.GetByteCount(value));
        Encoding.UTF8.GetBytes(value, output);
    }

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Raw(((uint)field << 3) | LengthDelimited);
        Raw((ulong)value.Length);
        output.Write(value);
    }

    public void Message(int field, Action<ProtobufWriter> write)
    {
        var nested = new ProtobufWriter();
        write(nested);
        Bytes(field, nested.output.WrittenSpan);
    }

    private void Raw(ulong value)
    {
        var span = output.GetSpan(10);
        var length = 0;
        while (value >= 0x80)
        {
            span[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[length++] = (byte)value;
        output.Advance(length);
    }
}
