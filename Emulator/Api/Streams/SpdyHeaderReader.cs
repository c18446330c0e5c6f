using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Emulator.Api.Streams;

/// <summary>Reads SPDY/3 header blocks, which are one zlib stream per connection with a dictionary that the specification gives.</summary>
/// <remarks>
/// .NET's inflater takes no dictionary. A dictionary is nothing but text that came before, so it is put before the stream as a stored block.
/// </remarks>
internal sealed class SpdyHeaderReader
{
    private const int ZlibHeader = 2;
    private const int DictionaryId = 4;
    private const int MaximumHeaders = 100;
    private const int MaximumText = 64 * 1024;

    /// <summary>Names that are each led by their length in four bytes; then codes and texts without.</summary>
    private static readonly string[] Names =
    [
        "options", "head", "post", "put", "delete", "trace", "accept", "accept-charset", "accept-encoding", "accept-language",
        "accept-ranges", "age", "allow", "authorization", "cache-control", "connection", "content-base", "content-encoding",
        "content-language", "content-length", "content-location", "content-md5", "content-range", "content-type", "date", "etag", "expect",
        "expires", "from", "host", "if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "last-modified",
        "location", "max-forwards", "pragma", "proxy-authenticate", "proxy-authorization", "range", "referer", "retry-after", "server",
        "te", "trailer", "transfer-encoding", "upgrade", "user-agent", "vary", "via", "warning", "www-authenticate", "method", "get",
        "status", "200 OK",
    ];

    private static readonly string[] MoreNames = ["version", "HTTP/1.1", "url", "public", "set-cookie", "keep-alive", "origin"];

    private const string Texts =
        "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505203 Non-Authoritative Information"
        + "204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden404 Not Found500 Internal Server Error"
        + "501 Not Implemented503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT"
        + "chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,publicprivate"
        + "max-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.";

    private readonly BlockFeed feed = new();
    private readonly DeflateStream inflater;
    private bool begun;

    public SpdyHeaderReader() => inflater = new DeflateStream(feed, CompressionMode.Decompress);

    /// <exception cref="InvalidDataException">It is no header block.</exception>
    public IReadOnlyDictionary<string, string> Read(ReadOnlyMemory<byte> block)
    {
        if (!begun)
        {
            if (block.Length < ZlibHeader + DictionaryId)
            {
                throw new InvalidDataException("the first header block is too short for zlib");
            }

            var dictionary = Dictionary();
            feed.Add(Stored(dictionary));
            block = block[(ZlibHeader + ((block.Span[1] & 0x20) != 0 ? DictionaryId : 0))..];
            feed.Add(block);
            inflater.ReadExactly(new byte[dictionary.Length]);
            begun = true;
        }
        else
        {
            feed.Add(block);
        }

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var count = ReadNumber(MaximumHeaders);
        for (var i = 0; i < count; i++)
        {
            var name = ReadText();
            headers[name] = ReadText();
        }

        return headers;
    }

    private int ReadNumber(int most)
    {
        var bytes = new byte[4];
        inflater.ReadExactly(bytes);
        var number = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        return number <= most ? (int)number : throw new InvalidDataException($"{number} in a header block, expected at most {most}");
    }

    private string ReadText()
    {
        var bytes = new byte[ReadNumber(MaximumText)];
        inflater.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    private static byte[] Stored(byte[] text)
    {
        var block = new byte[5 + text.Length];
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(1), (ushort)text.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(3), (ushort)~text.Length);
        text.CopyTo(block, 5);
        return block;
    }

    private static byte[] Dictionary()
    {
        var bytes = new List<byte>();
        void Add(string text)
        {
            var length = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(length, text.Length);
            bytes.AddRange(length);
            bytes.AddRange(Encoding.ASCII.GetBytes(text));
        }

        Array.ForEach(Names, Add);
        Array.ForEach(MoreNames, Add);
        bytes.AddRange(Encoding.ASCII.GetBytes(Texts));
        return [.. bytes];
    }

    /// <summary>The blocks that have come, as one stream.</summary>
    private sealed class BlockFeed : MemoryStream
    {
        public void Add(ReadOnlyMemory<byte> block)
        {
            var at = Position;
            if (at == Length)
            {
                SetLength(0);
                at = 0;
            }

            Position = Length;
            Write(block.Span);
            Position = at;
        }
    }
}
