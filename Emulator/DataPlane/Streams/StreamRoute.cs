using System.Net;
using Emulator.DataPlane.Upstream;

namespace Emulator.DataPlane.Streams;

/// <summary>One compiled TCP or TLS rule.</summary>
/// <param name="Matches">Empty: it takes every connection.</param>
internal sealed record StreamRoute(bool IsTls, StreamMatch[] Matches, (UpstreamCluster? Cluster, int Weight)[] Targets)
{
    /// <param name="from">The client's address.</param>
    /// <param name="to">The address that it connects to.</param>
    public bool Takes(string? serverName, int port, IPAddress from, IPAddress to) =>
        Matches.Length == 0 || Array.Exists(Matches, match => match.Holds(serverName, port, from, to));

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
