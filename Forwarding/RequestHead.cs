using System.Buffers;
using System.Text;

namespace Forwarding;

/// <summary>The head of a request in the making, in a buffer that the connection keeps.</summary>
public sealed class RequestHead
{
    private static readonly SearchValues<char> LineEnds = SearchValues.Create("\r\n\0");

    private byte[] buffer = new byte[2 * 1024];
    private int length;

    public ReadOnlyMemory<byte> Written => buffer.AsMemory(0, length);

    public void Start(string method, string target)
    {
        length = 0;
        Append(method);
        Append(" "u8);
        Append(target);
        Append(" HTTP/1.1\r\n"u8);
    }

    public void Header(string name, string value)
    {
        // Nothing may smuggle in a further header.
        if (value.AsSpan().ContainsAny(LineEnds))
        {
            return;
        }

        Append(name);
        Append(": "u8);
        Append(value);
        Append("\r\n"u8);
    }

    public void End() => Append("\r\n"u8);

    private void Append(string text)
    {
        Reserve(Encoding.UTF8.GetMaxByteCount(text.Length));
        length += Encoding.UTF8.GetBytes(text, buffer.AsSpan(length));
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(buffer.AsSpan(length));
        length += bytes.Length;
    }

    private void Reserve(int count)
    {
        if (length + count > buffer.Length)
        {
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + count));
        }
    }
}
