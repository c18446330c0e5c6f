using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Testing;

namespace Bench;

/// <summary>One kept-alive HTTP/1.1 connection to the API that costs as little as can be: both sides share the machine.</summary>
internal sealed class ApiConnection : IDisposable
{
    private readonly SslStream stream;
    private readonly byte[] buffer = new byte[256 * 1024];
    private readonly MemoryStream request = new();

    private ApiConnection(SslStream stream) => this.stream = stream;

    public static async Task<ApiConnection> OpenAsync(Uri url)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(url.Host, url.Port);
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true), false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync("localhost");
        return new ApiConnection(tls);
    }

    /// <summary>Sends a request and reads its whole answer; fails when that is not a success.</summary>
    public async Task SendAsync(string method, string path, ReadOnlyMemory<byte> body = default, string mediaType = "application/json")
    {
        request.SetLength(0);
        request.Write(Encoding.ASCII.GetBytes(
            $"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {ClusterProcess.Token}\r\nUser-Agent: bench\r\nAccept: application/json\r\n"
            + (body.IsEmpty ? "\r\n" : $"Content-Type: {mediaType}\r\nContent-Length: {body.Length}\r\n\r\n")));
        request.Write(body.Span);
        await stream.WriteAsync(request.GetBuffer().AsMemory(0, (int)request.Length));

        var filled = 0;
        var head = -1;
        while (head < 0)
        {
            filled += await ReadAsync(filled);
            head = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
        }

        if (buffer[9] != '2')
        {
            throw new InvalidOperationException($"{method} {path}: {Encoding.UTF8.GetString(buffer, 0, filled)}");
        }

        var missing = head + 4 + Length(buffer.AsSpan(0, head)) - filled;
        while (missing > 0)
        {
            missing -= await ReadAsync(0);
        }
    }

    public void Dispose() => stream.Dispose();

    private async Task<int> ReadAsync(int at) =>
        await stream.ReadAsync(buffer.AsMemory(at)) is var count and > 0 ? count : throw new EndOfStreamException("the API closed the connection");

    private static int Length(ReadOnlySpan<byte> head)
    {
        var name = "Content-Length: "u8;
        var rest = head[(head.IndexOf(name) + name.Length)..];
        var end = rest.IndexOf((byte)'\r');
        return int.Parse(end < 0 ? rest : rest[..end], NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
