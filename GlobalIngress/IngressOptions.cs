using System.Net;
using GlobalIngress.Fleet;

namespace GlobalIngress;

/// <summary>What the command line says about one global ingress.</summary>
internal sealed record IngressOptions
{
    /// <summary>The member that holds MultiClusterIngress and MultiClusterService.</summary>
    public required string ConfigCluster { get; init; }

    /// <summary>The kubeconfig file; it may come into being, and change, while this runs.</summary>
    public required string Kubeconfig { get; init; }

    public required IReadOnlyList<Member> Members { get; init; }

    public required string Project { get; init; }

    /// <summary>The loopback port that always answers; 0 for any free one.</summary>
    public required int VipPort { get; init; }

    /// <summary>An address of this machine for port 80; null for none.</summary>
    public IPAddress? VipAddress { get; init; }

    /// <summary>Pods are dialled through the API servers' port-forward: this machine has no route to them.</summary>
    public bool DialThroughApi { get; init; }

    /// <summary>Where clients are that do not say it.</summary>
    public required string ClientRegion { get; init; }
}
