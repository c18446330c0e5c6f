using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Emulator.Api.Server;

/// <summary>The port of the Kubernetes API, taken before anything runs: one that is in use is a matter of one line, not of a failed start.</summary>
internal sealed class ApiPort : IDisposable
{
    /// <exception cref="IOException">The port cannot be had; the message says what to do about it.</exception>
    public ApiPort(ClusterOptions options)
    {
        try
        {
            Socket = SocketTransportOptions.CreateDefaultBoundListenSocket(new IPEndPoint(IPAddress.Loopback, options.ApiPort));
        }
        catch (SocketException fault)
        {
            throw new IOException($"The API cannot listen on 127.0.0.1:{options.ApiPort}: {fault.Message}. Give another --api-port, or 0 for any free one.", fault);
        }
    }

    public Socket Socket { get; }

    public void Dispose() => Socket.Dispose();
}
