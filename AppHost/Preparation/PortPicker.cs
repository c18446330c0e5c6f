using System.Net;
using System.Net.Sockets;
using Provisioner;

namespace AppHost.Preparation;

/// <summary>Chooses ports that are free on loopback, each once, and none that another lab has chosen: what is picked stays claimed until this is disposed.</summary>
internal sealed class PortPicker(Action<string> say) : IDisposable
{
    private readonly HashSet<int> _taken = [];
    private readonly List<Socket> _claims = [];

    public static bool CanListen(IPAddress address, int port)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(1);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>The port that was given, or else the default, or else the next free one.</summary>
    /// <param name="setting">Named in the error when the given port is busy.</param>
    public int Pick(int? given, int preferred, string what, string setting)
    {
        if (given is { } port)
        {
            return TryClaim(port)
                ? port
                : throw new LabException($"Port {port} for {what} is in use.", $"Free it, or give another one: Lab__{setting}=PORT. Without the setting the lab takes a free one.");
        }

        for (var next = preferred; next <= 65535; next++)
        {
            if (TryClaim(next))
            {
                if (next != preferred)
                {
                    say($"Port {preferred} is in use; {what} is on {next}.");
                }

                return next;
            }
        }

        throw new LabException($"No port from {preferred} on is free for {what}.", "End what listens there.");
    }

    /// <summary>Any free port below those that systems hand out to outgoing connections: one of these could take it before its process does.</summary>
    /// <param name="earlier">Taken again when it is free.</param>
    public int Free(int? earlier = null)
    {
        if (earlier is { } known && TryTake(known))
        {
            return known;
        }

        while (true)
        {
            var port = Random.Shared.Next(20_000, 32_000);
            if (TryTake(port))
            {
                return port;
            }
        }
    }

    public void Dispose() => _claims.ForEach(claim => claim.Dispose());

    // The process that the port is for listens only seconds later, and a lab that starts in between would find it free.
    // A UDP socket stands in the way of no TCP listener, leaves no file, and ends with AppHost, however that ends.
    private bool TryClaim(int port)
    {
        var claim = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            claim.Bind(new IPEndPoint(IPAddress.Loopback, port));
            if (TryTake(port))
            {
                _claims.Add(claim);
                return true;
            }
        }
        catch (SocketException)
        {
            // Another lab's.
        }

        claim.Dispose();
        return false;
    }

    private bool TryTake(int port) => !_taken.Contains(port) && CanListen(IPAddress.Loopback, port) && _taken.Add(port);
}
