using System.Collections.Immutable;
using Emulator.DataPlane.Proxy;
using Emulator.Mesh;

namespace Emulator.DataPlane.Upstream;

/// <summary>A cluster's endpoints by where they run, as seen from one proxy: the order in which they are asked, and the shares where a rule gives any.</summary>
internal sealed class LocalityGroups
{
    private readonly UpstreamEndpoint[][] groups;

    /// <summary>Shares of the groups; null: the first that has a healthy endpoint takes all.</summary>
    private readonly int[]? weights;

    private LocalityGroups(UpstreamEndpoint[][] groups, int[]? weights = null)
    {
        this.groups = groups;
        this.weights = weights;
    }

    /// <summary>With locality load balancing: the caller's zone first, then its region, then the rest; it needs outlier detection, as in Istio, except where shares are given.</summary>
    public static LocalityGroups Of(UpstreamEndpoint[] members, MeshTrafficPolicy policy, MeshSnapshot snapshot, ProxyWorkload caller)
    {
        if (members.Length == 0)
        {
            return new LocalityGroups([]);
        }

        if (!(policy.LocalityLoadBalancing ?? snapshot.LocalityLoadBalancing))
        {
            return new LocalityGroups([members]);
        }

        if (policy.Locality is { Distribute.IsEmpty: false } rules
            && rules.Distribute.FirstOrDefault(rule => Covers(rule.From, caller.Region, caller.Zone)) is { Shares.IsDefaultOrEmpty: false } own)
        {
            return Shared(members, own.Shares.OrderByDescending(share => share.To.Length));
        }

        if (policy.OutlierDetection is null)
        {
            return new LocalityGroups([members]);
        }

        var ranked = policy.Locality is { FailoverPriority: { IsEmpty: false } wanted }
            ? members.GroupBy(member => Priority(member, wanted, caller, snapshot.Cluster))
            : members.GroupBy(member => Priority(member, policy.Locality, caller.Region, caller.Zone));
        return new LocalityGroups([.. ranked.OrderBy(group => group.Key).Select(group => group.ToArray())]);
    }

    /// <summary>The groups in the order in which this request asks them.</summary>
    public IEnumerable<UpstreamEndpoint[]> InOrder() => weights is null ? groups : Drawn();

    /// <summary>One group by its share, then the others.</summary>
    private IEnumerable<UpstreamEndpoint[]> Drawn()
    {
        var drawn = Random.Shared.Next(weights!.Sum());
        var first = 0;
        while (drawn >= weights![first])
        {
            drawn -= weights[first++];
        }

        return groups.Skip(first).Take(1).Concat(groups.Where((_, index) => index != first));
    }

    /// <summary>Each endpoint counts for the narrowest place that covers it; places without a share get nothing.</summary>
    private static LocalityGroups Shared(UpstreamEndpoint[] members, IEnumerable<(string To, int Weight)> shares)
    {
        var left = members.ToList();
        var found = new List<(UpstreamEndpoint[] Group, int Weight)>();
        foreach (var (to, weight) in shares)
        {
            var group = left.Where(member => Covers(to, member.Endpoint.Region, member.Endpoint.Zone)).ToArray();
            left.RemoveAll(group.Contains);
            if (group.Length > 0 && weight > 0)
            {
                found.Add((group, weight));
            }
        }

        return new LocalityGroups([.. found.Select(item => item.Group)], [.. found.Select(item => item.Weight)]);
    }

    /// <summary>How many labels are left after the first ones in which the endpoint is like the caller (LocalityLoadBalancerSetting.failoverPriority).</summary>
    private static int Priority(UpstreamEndpoint member, ImmutableArray<string> wanted, ProxyWorkload caller, string cluster)
    {
        var endpoint = member.Endpoint;
        return wanted.Length - wanted.TakeWhile(entry =>
        {
            var parts = entry.Split('=', 2);
            var own = parts.Length == 2 ? parts[1] : Label(parts[0], caller.Labels, caller.Region, caller.Zone, cluster);
            return own == Label(parts[0], endpoint.Labels, endpoint.Region, endpoint.Zone, endpoint.Cluster);
        }).Count();
    }

    private static string Label(string name, IReadOnlyDictionary<string, string> labels, string region, string zone, string cluster) => name switch
    {
        "topology.kubernetes.io/region" => region,
        "topology.kubernetes.io/zone" => zone,
        "topology.istio.io/cluster" => cluster,
        _ => labels.GetValueOrDefault(name, ""),
    };

    private static int Priority(UpstreamEndpoint member, MeshLocalityRules? rules, string region, string zone) =>
        member.Endpoint.Region == region ? member.Endpoint.Zone == zone ? 0 : 1
        : rules?.Failover.FirstOrDefault(rule => rule.From == region) is { To: { } to } && to != member.Endpoint.Region ? 3
        : 2;

    /// <summary>Whether a place such as <c>us-central1/*</c> covers a region and zone.</summary>
    private static bool Covers(string place, string region, string zone)
    {
        var parts = place.Split('/');
        return (parts[0] == "*" || parts[0] == region) && (parts.Length < 2 || parts[1] == "*" || parts[1] == zone);
    }
}
