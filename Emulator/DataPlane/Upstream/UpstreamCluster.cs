using Emulator.Mesh;

namespace Emulator.DataPlane.Upstream;

/// <summary>The endpoints of one service port and subset, and how one of them is chosen; Envoy calls it a cluster.</summary>
internal sealed class UpstreamCluster(string name, MeshTrafficPolicy policy, UpstreamEndpoint[] endpoints, UpstreamEndpoint[][] preferred, ClusterTurn turn)
{
    public string Name => name;

    public IReadOnlyList<UpstreamEndpoint> Endpoints => endpoints;

    public MeshTrafficPolicy Policy => policy;

    /// <summary>The next endpoint, or null when none is healthy.</summary>
    /// <param name="tried">Endpoints that the request has failed on; they, and others of their clusters, are passed over while there are others.</param>
    public UpstreamEndpoint? Pick(List<UpstreamEndpoint>? tried)
    {
        for (var distance = tried is null ? Distance.Any : Distance.OtherCluster; distance <= Distance.Any; distance++)
        {
            foreach (var group in preferred)
            {
                if (Pick(group, tried, distance) is { } found)
                {
                    return found;
                }
            }
        }

        ProbeAll();
        return null;
    }

    public void Succeeded(UpstreamEndpoint endpoint) => endpoint.Outlier.Succeeded();

    /// <summary>Counts a bad answer or a failed attempt, and ejects the endpoint when it was one too many and enough others are left.</summary>
    public void Failed(UpstreamEndpoint endpoint, bool isGatewayError, bool toConnect)
    {
        if (policy.OutlierDetection is not { } limits || !endpoint.Outlier.Failed(limits, isGatewayError, toConnect) || endpoint.Outlier.IsEjected)
        {
            return;
        }

        // As in Envoy one endpoint may always be ejected, whatever the share.
        var ejected = endpoints.Count(other => other.Outlier.IsEjected);
        if (ejected == 0 || (ejected + 1) * 100 <= limits.MaxEjectionPercent * endpoints.Length)
        {
            endpoint.Outlier.Eject(limits);
        }
    }

    private UpstreamEndpoint? Pick(UpstreamEndpoint[] group, List<UpstreamEndpoint>? tried, Distance distance) => policy.LoadBalancer switch
    {
        "ROUND_ROBIN" => Next(group, tried, distance, (int)(turn.Next() % (uint)Math.Max(1, group.Length))),
        "RANDOM" => Next(group, tried, distance, Random.Shared.Next(group.Length)),
        _ => LeastRequest(group, tried, distance),
    };

    /// <summary>The less busy of two that are chosen by chance.</summary>
    private UpstreamEndpoint? LeastRequest(UpstreamEndpoint[] group, List<UpstreamEndpoint>? tried, Distance distance)
    {
        var one = Next(group, tried, distance, Random.Shared.Next(group.Length));
        var other = Next(group, tried, distance, Random.Shared.Next(group.Length));
        return one is null || other is null || one.Active <= other.Active ? one : other;
    }

    private UpstreamEndpoint? Next(UpstreamEndpoint[] group, List<UpstreamEndpoint>? tried, Distance distance, int start)
    {
        for (var i = 0; i < group.Length; i++)
        {
            var endpoint = group[(start + i) % group.Length];
            if (IsAvailable(endpoint) && (tried is null || IsFarEnough(endpoint, tried, distance)))
            {
                return endpoint;
            }
        }

        return null;
    }

    private static bool IsFarEnough(UpstreamEndpoint endpoint, List<UpstreamEndpoint> tried, Distance distance)
    {
        foreach (var other in tried)
        {
            if ((distance <= Distance.OtherEndpoint && other == endpoint)
                || (distance == Distance.OtherCluster && other.Endpoint.Cluster == endpoint.Endpoint.Cluster))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Nothing is left: what only could not be connected to is looked at again before its time.</summary>
    private void ProbeAll()
    {
        if (policy.OutlierDetection is not { } limits)
        {
            return;
        }

        foreach (var endpoint in endpoints)
        {
            if (endpoint.Outlier.IsEjected && endpoint.Outlier.FailedToConnect)
            {
                endpoint.Probe(limits);
            }
        }
    }

    private bool IsAvailable(UpstreamEndpoint endpoint)
    {
        if (!endpoint.Outlier.IsEjected)
        {
            return true;
        }

        if (policy.OutlierDetection is not { } limits)
        {
            endpoint.Outlier.Return();
            return true;
        }

        if (!endpoint.Outlier.MayReturn)
        {
            return false;
        }

        if (endpoint.Outlier.FailedToConnect)
        {
            endpoint.Probe(limits);
            return false;
        }

        endpoint.Outlier.Return();
        return true;
    }

    /// <summary>How far a further attempt keeps from the former ones.</summary>
    private enum Distance
    {
        OtherCluster,
        OtherEndpoint,
        Any,
    }
}
