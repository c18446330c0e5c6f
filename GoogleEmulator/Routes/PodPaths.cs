using System.Net;
using GoogleEmulator.Compute;
using GoogleEmulator.Container;

namespace GoogleEmulator.Routes;

/// <summary>Which paths between pods the firewall rules open.</summary>
internal static class PodPaths
{
    /// <summary>The pod addresses of other clusters that one cluster lets in, by the other cluster.</summary>
    /// <remarks>
    /// Of the rules about a peer's addresses and this cluster's nodes the one with the lowest priority decides, and of equal ones one that denies, as in a VPC.
    /// A rule for a part of the peer's addresses opens that part.
    /// </remarks>
    public static IReadOnlyDictionary<ClusterPlan, IPNetwork> Into(ClusterPlan cluster, IEnumerable<FirewallRule> rules, IEnumerable<ClusterPlan> peers)
    {
        var ours = rules
            .Where(rule => rule.Network == cluster.Network && (rule.TargetTags.Count == 0 || rule.TargetTags.Contains(cluster.NodeTag)))
            .OrderBy(rule => rule.Priority).ThenBy(rule => rule.Allows)
            .ToArray();
        var paths = new Dictionary<ClusterPlan, IPNetwork>();
        foreach (var peer in peers.Where(peer => peer != cluster && peer.Network == cluster.Network))
        {
            var pods = IPNetwork.Parse(peer.PodCidr);
            if (ours.Select(rule => (rule, common: rule.Sources.Select(source => Common(source, pods)).FirstOrDefault(common => common is not null)))
                .FirstOrDefault(match => match.common is not null) is { rule.Allows: true, common: { } open })
            {
                paths[peer] = open;
            }
        }

        return paths;
    }

    // Of two ranges one contains the other, or they have nothing in common.
    private static IPNetwork? Common(IPNetwork one, IPNetwork other) =>
        one.Contains(other.BaseAddress) && one.PrefixLength <= other.PrefixLength ? other
        : other.Contains(one.BaseAddress) && other.PrefixLength <= one.PrefixLength ? one
        : null;
}
