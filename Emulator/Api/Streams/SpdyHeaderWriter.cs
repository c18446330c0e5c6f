namespace Emulator.Api.Streams;

/// <summary>Writes SPDY header blocks as zlib streams of stored blocks: kubectl reads nothing from a server's headers.</summary>
internal sealed class SpdyHeaderWriter
{
    private bool begun;

    /// <summary>A block without headers.</summary>
    public byte[] Empty()
    {
        // A stored block: type 0, length, its complement, then the bytes: here the number of headers, 0. An empty one tells the reader to look.
        byte[] block = [0, 4, 0, 0xFB, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF];
        if (begun)
        {
            return block;
        }

        // The header of the zlib stream comes once: deflate, a window of 32 KiB, no dictionary.
        begun = true;
        return [0x78, 0x01, .. block];
    }
}
