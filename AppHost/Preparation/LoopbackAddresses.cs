using System.Net;

namespace AppHost.Preparation;

/// <summary>Loopback addresses of this lab on whose port 80 its load balancers answer, where the system lets them: 127.N.*.* of one N per lab.</summary>
internal sealed record LoopbackAddresses(int Network)
{
    private const int First = 33;
    private const int Count = 200;

    public string Vip => $"127.{Network}.0.1";

    /// <summary>The first address for LoadBalancer Services of a cluster.</summary>
    public string Base(int cluster) => $"127.{Network}.{10 * (cluster + 1)}.1";

    /// <summary>Null where port 80 of such addresses cannot be bound: not as this user, or not on this system.</summary>
    public static LoopbackAddresses? For(string labDirectory)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var start = (int)(Hash(labDirectory) % Count);
        for (var i = 0; i < 3; i++)
        {
            var candidate = new LoopbackAddresses(First + ((start + i) % Count));
            if (PortPicker.CanListen(IPAddress.Parse(candidate.Vip), 80))
            {
                return candidate;
            }
        }

        return null;
    }

    // FNV-1a: the same folder has the same addresses in every run, unlike with string.GetHashCode.
    private static uint Hash(string text)
    {
        var hash = 2166136261u;
        foreach (var c in text)
        {
            hash = unchecked((hash ^ c) * 16777619u);
        }

        return hash;
    }
}
