using GoogleEmulator.Container;
using GoogleEmulator.Fleets;

namespace GoogleEmulator.Ingress;

/// <summary>What one global ingress is to serve.</summary>
internal sealed record IngressPlan(string Project, Cluster Config, IReadOnlyList<(Membership Membership, Cluster Cluster)> Members)
{
    /// <summary>The same for the same clusters; a process that was started for another one is started anew.</summary>
    public string Key => string.Join(' ', Members.Select(member => $"{member.Membership.Path}={member.Cluster.Plan.Id}@{member.Cluster.Endpoint}").Prepend(Config.Plan.Id));
}
