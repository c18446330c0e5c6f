using System.Net;

namespace Provisioner.Clusters.K3s;

/// <summary>A node's routes to another cluster's pods: what there is, what there should be, and the commands that make the one the other.</summary>
internal static class RouteTable
{
    public static readonly IReadOnlyList<string> ShowArguments = ["ip", "-4", "route", "show"];

    /// <summary>Reads <c>ip route show</c>: the gateway of each range that has one.</summary>
    public static IReadOnlyDictionary<string, string> Parse(string output)
    {
        // default via 172.18.0.1 dev eth0
        // 10.20.0.0/24 via 172.18.0.3 dev eth0
        // 10.10.0.0/24 dev cni0 proto kernel scope link src 10.10.0.1
        var routes = new Dictionary<string, string>();
        foreach (var line in output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var range, "via", var gateway, ..])
            {
                routes[range] = gateway;
            }
        }

        return routes;
    }

    /// <summary>The commands that add what is missing, correct what leads elsewhere, and remove what leads to nodes that are no more.</summary>
    /// <param name="found">The node's routes.</param>
    /// <param name="wanted">The routes to the other cluster's nodes; none to close the path.</param>
    /// <param name="podCidr">The other cluster's whole pod network; routes outside of it are none of ours.</param>
    public static IReadOnlyList<IReadOnlyList<string>> Commands(
        IReadOnlyDictionary<string, string> found, IReadOnlyDictionary<string, string> wanted, string podCidr) =>
    [
        .. from route in wanted
           where found.GetValueOrDefault(route.Key) != route.Value
           select Replace(route.Key, route.Value),
        .. from range in found.Keys
           where !wanted.ContainsKey(range) && IsWithin(range, podCidr)
           select Delete(range),
    ];

    public static IReadOnlyList<string> Replace(string range, string gateway) => ["ip", "route", "replace", range, "via", gateway];

    public static IReadOnlyList<string> Delete(string range) => ["ip", "route", "del", range];

    // A host route is printed without its length.
    private static bool IsWithin(string range, string podCidr) =>
        IPNetwork.TryParse(range.Contains('/') ? range : $"{range}/32", out var inner)
        && IPNetwork.TryParse(podCidr, out var outer)
        && inner.PrefixLength >= outer.PrefixLength
        && outer.Contains(inner.BaseAddress);
}
