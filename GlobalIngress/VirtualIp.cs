using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace GlobalIngress;

/// <summary>Where the load balancer listens.</summary>
/// <param name="Address">What stands in <c>status.VIP</c>.</param>
/// <param name="Listeners">All addresses to listen on.</param>
/// <param name="Problem">Why port 80 could not be had; null where it was, or nobody asked for it.</param>
internal sealed record VirtualIp(IPAddress Address, IReadOnlyList<IPEndPoint> Listeners, string? Problem = null)
{
    private const int HttpPort = 80;

    /// <summary>A URL that answers, with its port where that is not 80.</summary>
    public string Url => Listeners.FirstOrDefault(listener => listener.Address.Equals(Address) && listener.Port == HttpPort) is not null
        ? $"http://{Address}"
        : string.Create(CultureInfo.InvariantCulture, $"http://{Listeners[0]}");

    /// <summary>Takes the address for port 80 where this machine lets it be bound, which is on Linux as root.</summary>
    public static VirtualIp For(IngressOptions options)
    {
        var local = new IPEndPoint(IPAddress.Loopback, options.VipPort);
        if (options.VipAddress is null)
        {
            return new VirtualIp(IPAddress.Loopback, [local]);
        }

        var global = new IPEndPoint(options.VipAddress, HttpPort);
        try
        {
            using var probe = new Socket(global.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(global);
            return new VirtualIp(options.VipAddress, [local, global]);
        }
        catch (SocketException error)
        {
            return new VirtualIp(IPAddress.Loopback, [local], $"{global} cannot be listened on here: {error.Message}");
        }
    }
}
