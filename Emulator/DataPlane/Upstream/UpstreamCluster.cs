using Emulator.Mesh;

namespace Emulator.DataPlane.Upstream;

/// <summary>The endpoints of one service port and subset, and how one of them is chosen; Envoy calls it a cluster.</summary>
internal sealed class UpstreamCluster(
    string name, MeshTrafficPolicy policy, UpstreamEndpoint[] endpoints, LocalityGroups preferred, ClusterTurn turn, CircuitBreaker? breaker)
{
    public string Name => name;

    public IReadOnlyList<UpstreamEndpoint> Endpoints => endpoints;

    public MeshTrafficPolicy Policy => policy;

    /// <summary>Null where nothing is limited.</summary>
    public CircuitBreaker? Breaker => breaker;

    /// <summary>The next endpoint, or null when none is healthy.</summary>
    /// <param name="tried">Endpoints that the request has failed on; they, and others of their clusters, are passed over while there are others.</param>
    /// <param name="hash">With consistent hashing: the key of the request.</param>
    public UpstreamEndpoint? Pick(List<UpstreamEndpoint>? tried, ulong? hash = null)
    {
        for (var distance = tried is null ? Distance.Any : Distance.OtherCluster; distance <= Distance.Any; distance++)
        {
            foreach (var group in preferred.InOrder())
            {
                if (Pick(group, tried, distance, hash) is { } found)
                {
                    // One that is warming up passes on what is more than its share.
                    return policy.Warmup is { } warmup && Random.Shared.NextDouble() >= warmup.Share(found.Age) ? Pick(group, tried, distance, hash) ?? found : found;
                }
            }
        }

        ProbeAll();
        return null;
    }

    /// <summary>Takes an answer into account for the endpoint's health.</summary>
    public void Report(UpstreamEndpoint endpoint, int status)
    {
        if (status >= 500)
        {
            endpoint.Outlier.Answered();
            if (policy.OutlierDetection is { } limits && endpoint.Outlier.Failed(limits, status is 502 or 503 or 504, toConnect: false))
            {
                Eject(endpoint, limits);
            }
        }
        else
        {
            endpoint.Outlier.Succeeded();
        }
    }

    /// <summary>Counts an attempt that no answer came to, as a bad answer unless the rule counts them apart.</summary>
    public void Failed(UpstreamEndpoint endpoint, bool toConnect)
    {
        if (policy.OutlierDetection is { } limits
            && (limits.ConsecutiveLocalOriginFailures is { } most ? endpoint.Outlier.FailedLocally(most, toConnect) : endpoint.Outlier.Failed(limits, isGatewayError: true, toConnect)))
        {
            Eject(endpoint, limits);
        }
    }

    /// <summary>Takes an endpoint out of service when enough others are left; as in Envoy one may always be, whatever the share.</summary>
    private void Eject(UpstreamEndpoint endpoint, MeshOutlierDetection limits)
    {
        var ejected = endpoint.Outlier.IsEjected ? endpoints.Length : endpoints.Count(other => other.Outlier.IsEjected);
        if (ejected == 0 || (ejected + 1) * 100 <= limits.MaxEjectionPercent * endpoints.Length)
        {
            endpoint.Outlier.Eject(limits);
        }
    }

    private UpstreamEndpoint? Pick(UpstreamEndpoint[] group, List<UpstreamEndpoint>? tried, Distance distance, ulong? hash) => policy.LoadBalancer switch
    {
        _ when hash is { } key => Nearest(group, tried, distance, key),
        "ROUND_ROBIN" => Next(group, tried, distance, (int)(turn.Next() % (uint)Math.Max(1, group.Length))),
        "RANDOM" => Next(group, tried, distance, Random.Shared.Next(group.Length)),
        _ => LeastRequest(group, tried, distance),
    };

    /// <summary>The endpoint that suits a key best (rendezvous hashing): when one goes, only its own keys move.</summary>
    private UpstreamEndpoint? Nearest(UpstreamEndpoint[] group, List<UpstreamEndpoint>? tried, Distance distance, ulong key)
    {
        UpstreamEndpoint? best = null;
        ulong most = 0;
        foreach (var endpoint in group)
        {
            var weight = Routing.HashKey.Mix(key ^ endpoint.Hash);
            if ((best is null || weight > most) && IsAvailable(endpoint) && (tried is null || IsFarEnough(endpoint, tried, distance)))
            {
                (best, most) = (endpoint, weight);
            }
        }

        return best;
    }

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
            return limits.MinHealthPercent > 0 && endpoints.Count(other => !other.Outlier.IsEjected) * 100 < limits.MinHealthPercent * endpoints.Length;
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
