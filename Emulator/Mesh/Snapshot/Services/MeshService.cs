using System.Collections.Immutable;
using System.Net;

namespace Emulator.Mesh;

/// <summary>One service of the mesh, with the endpoints of all clusters that have it in the same namespace.</summary>
internal sealed record MeshService
{
    public required string Host { get; init; }

    public required string Name { get; init; }

    public required string Namespace { get; init; }

    public ImmutableArray<IPAddress> ClusterAddresses { get; init; } = [];

    public ImmutableArray<MeshPort> Ports { get; init; } = [];

    /// <summary>Ready endpoints of all ports; an endpoint names the service port it serves.</summary>
    public ImmutableArray<MeshEndpoint> Endpoints { get; init; } = [];

    /// <summary>The DestinationRule in force, or the defaults.</summary>
    public MeshTrafficPolicy Policy { get; init; } = new();

    public ImmutableDictionary<string, MeshSubset> Subsets { get; init; } = ImmutableDictionary<string, MeshSubset>.Empty;

    /// <summary>What holds instead for the pods of single namespaces; the first that fits counts.</summary>
    public ImmutableArray<MeshCallerPolicy> CallerPolicies { get; init; } = [];

    /// <summary>The namespaces whose pods know it; empty: all.</summary>
    public ImmutableArray<string> ExportTo { get; init; } = [];

    /// <summary>Names of which its servers' certificates must have one, where no DestinationRule names others.</summary>
    public ImmutableArray<string> SubjectNames { get; init; } = [];

    /// <summary>Services of the same host that other namespaces have for themselves.</summary>
    public ImmutableArray<MeshService> Others { get; init; } = [];

    /// <summary>The service that the host means to pods of a namespace: their own namespace's first, then the oldest that they may know; null: none.</summary>
    public MeshService? SeenFrom(string ns)
    {
        if (Others.IsEmpty)
        {
            return Shows(this, ns) ? this : null;
        }

        ReadOnlySpan<MeshService> all = [this, .. Others];
        MeshService? first = null;
        foreach (var service in all)
        {
            if (Shows(service, ns))
            {
                if (service.Namespace == ns)
                {
                    return service;
                }

                first ??= service;
            }
        }

        return first;
    }

    private static bool Shows(MeshService service, string ns) => service.ExportTo.IsEmpty || service.ExportTo.Contains(ns);
}
