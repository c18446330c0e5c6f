using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace GoogleEmulator.Container;

/// <summary>What was decided about a cluster when it was asked for.</summary>
internal sealed record ClusterPlan
{
    public required string Project { get; init; }

    public required string Location { get; init; }

    public required string Name { get; init; }

    /// <summary>Unique among all clusters here: the name in the mesh, in telemetry and of its folder.</summary>
    public required string ShortName { get; init; }

    /// <summary>As in <c>cluster.id</c>: 64 hexadecimal digits.</summary>
    public required string Id { get; init; }

    public required string Network { get; init; }

    public required string PodCidr { get; init; }

    public required string ServiceCidr { get; init; }

    public required string MachineType { get; init; }

    /// <summary>Nodes in all zones together.</summary>
    public required int Nodes { get; init; }

    public required JsonObject Labels { get; init; }

    /// <summary>The cluster as it was asked for.</summary>
    public required JsonObject Request { get; init; }

    /// <summary>Its place among the clusters here; loopback addresses are given by it.</summary>
    public required int Index { get; init; }

    public int Cpus => Nodes * (MachineTypes.Cpus(MachineType) ?? 0);

    public string Region => Locations.RegionOf(Location);

    /// <summary>On every node: <c>gke-NAME-8 digits-node</c>.</summary>
    public string NodeTag => $"gke-{Name}-{Id[..8]}-node";

    /// <summary>The nodes of each zone; theirs are the names of the embedded cluster's nodes with another end.</summary>
    public string InstanceGroup => $"gke-{Name}-{NodePools.Name}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Name)), 0, 4)}-grp";
}
