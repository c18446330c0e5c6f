namespace Emulator.Schema.Protobuf;

/// <summary>Reads protobuf's wire format.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;
    private int at = 0;

    public readonly bool AtEnd => at >= bytes.Length;

    /// <summary>The next field's number and wire type.</summary>
    public (int Number, int Wire) Tag()
    {
        var tag = Varint();
        return ((int)(tag >> 3), (int)(tag & 7));
    }

    public ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (at >= bytes.Length)
            {
                throw new FormatException("unexpected EOF");
            }

            var next = bytes[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new FormatException("proto: integer overflow");
    }

    public ReadOnlySpan<byte> Bytes()
    {
        var length = Varint();
        if (length > (ulong)(bytes.Length - at))
        {
            throw new FormatException("unexpected EOF");
        }

        var value = bytes.Slice(at, (int)length);
        at += (int)length;
        return value;
    }

    public double Double() => BitConverter.ToDouble(Fixed(8));

    public void Skip(int wire)
    {
        switch (wire)
        {
            case 0:
                Varint();
                break;
            case 1:
                Fixed(8);
                break;
            case 2:
                Bytes();
                break;
            case 5:
                Fixed(4);
                break;
            default:
                throw new FormatException($"proto: illegal wireType {wire}");
        }
    }

    private ReadOnlySpan<byte> Fixed(int length)
    {
        if (length > bytes.Length - at)
        {
            throw new FormatException("unexpected EOF");
        }

        at += length;
        return bytes.Slice(at - length, length);
    }
}
