using System.Net.Sockets;

namespace Emulator.Network;

/// <summary>Ends connections without ceremony.</summary>
internal static class SocketReset
{
    /// <summary>Closes the socket so that the peer sees a reset and not an orderly end.</summary>
    public static void Reset(this Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed already.
        }

        socket.Dispose();
    }
}
