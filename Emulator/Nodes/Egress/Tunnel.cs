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
        finally
        {
            if (to is System.Net.Sockets.NetworkStream { Socket: { Connected: true } socket })
            {
                socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            }
        }
    }
}
