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
    /// <summary>The port of the VIP that serves HTTP only.</summary>
    public const int HttpPort = 80;

    /// <summary>The port of the VIP that serves HTTPS only; ports other than these two serve both.</summary>
    public const int HttpsPort = 443;

    /// <summary>A URL that answers, with its port where that is not 80.</summary>
    public string Url => UrlOf("http", HttpPort);

    /// <summary>A URL that answers once there is a certificate, with its port where that is not 443.</summary>
    public string HttpsUrl => UrlOf("https", HttpsPort);

    /// <summary>Takes the address for ports 80 and 443 where this machine lets it be bound, which is on Linux as root.</summary>
    public static VirtualIp For(IngressOptions options)
    {
        var local = new IPEndPoint(IPAddress.Loopback, options.VipPort);
        if (options.VipAddress is null)
        {
            return new VirtualIp(IPAddress.Loopback, [local]);
        }

        var http = new IPEndPoint(options.VipAddress, HttpPort);
        var https = new IPEndPoint(options.VipAddress, HttpsPort);
        return Fault(http) is { } error ? new VirtualIp(IPAddress.Loopback, [local], $"{http} cannot be listened on here: {error}")
            : new VirtualIp(options.VipAddress, Fault(https) is null ? [local, http, https] : [local, http]);
    }

    private string UrlOf(string scheme, int port) => Listeners.Any(listener => listener.Address.Equals(Address) && listener.Port == port)
        ? $"{scheme}://{Address}"
        : string.Create(CultureInfo.InvariantCulture, $"{scheme}://{Listeners[0]}");

    private static string? Fault(IPEndPoint listener)
    {
        try
        {
            using var probe = new Socket(listener.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(listener);
            return null;
        }
        catch (SocketException error)
        {
            return error.Message;
        }
    }
}
