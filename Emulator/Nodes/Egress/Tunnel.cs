using System.Net.Security;
using System.Net.Sockets;
using Emulator.Network;

namespace Emulator.Nodes;

/// <summary>Joins two connections until both are done.</summary>
internal static class Tunnel
{
    public static async Task RunAsync(Stream one, Stream other)
    {
        var there = CopyAsync(one, other);
        var back = CopyAsync(other, one);
        await Task.WhenAll(there, back);
    }

    private static async Task CopyAsync(Stream from, Stream to)
    {
        try
        {
            await from.CopyToAsync(to);
        }
        catch (IOException) when (to is NetworkStream { Socket: var joined })
        {
            // A connection that was reset on one side is not ended in order on the other.
            joined.Reset();
        }
        finally
        {
            if (to is NetworkStream { Socket: { Connected: true } socket })
            {
                socket.Shutdown(SocketShutdown.Send);
            }
            else if (to is SslStream { CanWrite: true } tls)
            {
                await tls.ShutdownAsync();
            }
        }
    }
}
