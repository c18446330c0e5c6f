using System.Net.Sockets;
using Emulator.Network;

namespace Emulator.Nodes;

/// <summary>Tells by its first bytes what a client speaks, and leaves them to be read.</summary>
internal static class HttpPreface
{
    /// <summary>Programs that wait for the other side to speak first are no HTTP clients.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    // RFC 8446, 5.1: the content type of a handshake's records
    private const byte TlsHandshake = 22;

    private static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(2);

    /// <summary>Whether the client begins as HTTP clients do, with a method in capital letters.</summary>
    public static async Task<bool> IsHttpAsync(Socket socket)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var first = await PeekAsync(socket, patience.Token);
            var method = first.AsSpan()[..(first.IndexOf((byte)' ') is >= 0 and var end ? end : first.Length)];
            return method.Length > 0 && !method.ContainsAnyExceptInRange((byte)'A', (byte)'Z');
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Whether an HTTP client begins with HTTP/2, without asking for it.</summary>
    public static async Task<bool> IsHttp2Async(Socket socket)
    {
        using var idle = new CancellationTokenSource(IdleTime);
        return (await PeekAsync(socket, idle.Token)).AsSpan().StartsWith("PRI"u8);
    }

    /// <summary>The name that a client asks for which has begun with TLS; null for any other.</summary>
    public static async Task<string?> ServerNameAsync(Socket socket)
    {
        if (socket.Available == 0)
        {
            return null;
        }

        using var idle = new CancellationTokenSource(IdleTime);
        return await PeekAsync(socket, idle.Token) is [TlsHandshake, ..] ? await ClientHello.PeekServerNameAsync(socket, idle.Token) : null;
    }

    private static async Task<byte[]> PeekAsync(Socket socket, CancellationToken cancellation)
    {
        var first = new byte[4];
        return first[..await socket.ReceiveAsync(first, SocketFlags.Peek, cancellation)];
    }
}
