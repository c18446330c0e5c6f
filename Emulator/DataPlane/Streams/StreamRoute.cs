using Emulator.DataPlane.Routing;
using Emulator.DataPlane.Upstream;

namespace Emulator.DataPlane.Streams;

/// <summary>One compiled TCP or TLS rule.</summary>
/// <param name="Matches">Server names and port of each match; empty: it takes every connection.</param>
internal sealed record StreamRoute(bool IsTls, (string[] ServerNames, int? Port)[] Matches, (UpstreamCluster? Cluster, int Weight)[] Targets)
{
    public bool Takes(string? serverName, int port) => Matches.Length == 0 || Array.Exists(Matches, match =>
        (match.Port is null || match.Port == port)
        && (match.ServerNames.Length == 0 || (serverName is not null && Array.Exists(match.ServerNames, name => HostTable.Intersect(name, serverName) is not null))));

    /// <summary>One of the targets, by weight.</summary>
    public UpstreamCluster? Choose()
    {
        var drawn = Random.Shared.Next(Math.Max(1, Targets.Sum(target => target.Weight)));
        foreach (var (cluster, weight) in Targets)
        {
            if (drawn < weight)
            {
                return cluster;
            }

            drawn -= weight;
        }

        return Targets.Length == 0 ? null : Targets[0].Cluster;
    }
}
