using System.Net.Security;
using System.Net.Sockets;

namespace Forwarding;

/// <summary>Carries bytes both ways between two connections until both are through.</summary>
public static class Tunnel
{
    private const int BufferSize = 16 * 1024;

    /// <summary>Returns the bytes carried to the first and to the second connection. One that ends its sending is told on to the other, whose answer still comes through.</summary>
    public static async Task<(long ToFirst, long ToSecond)> RunAsync(Stream first, Stream second, CancellationToken cancellation)
    {
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var toSecond = CopyAsync(first, second, broken);
        var toFirst = CopyAsync(second, first, broken);
        return (await toFirst, await toSecond);
    }

    private static async Task<long> CopyAsync(Stream from, Stream to, CancellationTokenSource broken)
    {
        var buffer = new byte[BufferSize];
        long total = 0;
        try
        {
            int read;
            while ((read = await from.ReadAsync(buffer, broken.Token)) > 0)
            {
                await to.WriteAsync(buffer.AsMemory(0, read), broken.Token);
                await to.FlushAsync(broken.Token);
                total += read;
            }

            if (!await EndSendingAsync(to))
            {
                await broken.CancelAsync();
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // One side broke: the other has nobody to talk to.
            await broken.CancelAsync();
        }

        return total;
    }

    /// <summary>Ends one direction only; false where that cannot be said on such a connection.</summary>
    private static async Task<bool> EndSendingAsync(Stream stream)
    {
        switch (stream)
        {
            case SslStream tls:
                await tls.ShutdownAsync();
                return true;
            case NetworkStream plain:
                plain.Socket.Shutdown(SocketShutdown.Send);
                return true;
            default:
                return false;
        }
    }
}
