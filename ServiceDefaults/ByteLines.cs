namespace ServiceDefaults;

/// <summary>Reads the lines of a file without making a string of each: files of <c>/proc</c> have tens of thousands, of which few matter.</summary>
internal sealed class ByteLines(Stream stream) : IDisposable
{
    // A path has at most 4096 bytes.
    private readonly byte[] buffer = new byte[16 * 1024];
    private int start;
    private int end;

    /// <param name="line">The next line that is not empty, without its end; valid until the next call.</param>
    /// <returns>Whether there was one more.</returns>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        while (true)
        {
            var length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (length < 0 && !Fill())
            {
                line = buffer.AsSpan(start, end - start);
                start = end;
                return !line.IsEmpty;
            }

            if (length > 0)
            {
                line = buffer.AsSpan(start, length);
                start += length + 1;
                return true;
            }

            start += length + 1;
        }
    }

    public void Dispose() => stream.Dispose();

    private bool Fill()
    {
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        (start, end) = (0, end - start);
        var read = stream.Read(buffer, end, buffer.Length - end);
        end += read;
        return read > 0;
    }
}
