using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace GlobalIngress;

/// <summary>Where the load balancer listens.</summary>
/// <param name="Address">What stands in <c>status.VIP</c>.</param>
/// <param name="Listeners">All addresses to listen on.</param>
internal sealed record VirtualIp(IPAddress Address, IReadOnlyList<IPEndPoint> Listeners)
{
    private const int HttpPort = 80;

    /// <summary>A URL that answers, with its port where that is not 80.</summary>
    public string Url => Listeners.FirstOrDefault(listener => listener.Address.Equals(Address) && listener.Port == HttpPort) is not null
        ? $"http://{Address}"
        : string.Create(CultureInfo.InvariantCulture, $"http://{Listeners[0]}");

    public bool HasPort80 => Listeners.Any(listener => listener.Port == HttpPort);

    /// <summary>Takes the address for port 80 where this machine lets it be bound, which is on Linux as root.</summary>
    public static VirtualIp For(IngressOptions options, ILogger logger)
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
            logger.LogInformation("{Address} cannot be had ({Problem}): the VIP is {Local}", global, error.Message, local);
            return new VirtualIp(IPAddress.Loopback, [local]);
        }
    }
}
