using System.Text.Json.Nodes;
using Provisioner.Kubernetes;

namespace Provisioner.Clusters.K3s;

/// <summary>Where a cluster's pods are: each node's address and the range of its pods.</summary>
/// <param name="Nodes">In the order of their names.</param>
internal sealed record PodNetwork(IReadOnlyList<ClusterNode> Nodes)
{
    /// <summary>The address of a node that runs the API server; null while no such node has one.</summary>
    public string? ApiServerAddress => Nodes.FirstOrDefault(node => node.IsServer)?.Address;

    /// <summary>The route to each node's pods, by range. A range without its node's address is left out.</summary>
    public IReadOnlyDictionary<string, string> Routes => Nodes
        .Where(node => node.Address is not null)
        .SelectMany(node => node.PodCidrs.Select(cidr => (Cidr: cidr, Address: node.Address!)))
        .ToDictionary(route => route.Cidr, route => route.Address);

    /// <summary>Reads it from a list of Nodes, as the API gives it.</summary>
    public static PodNetwork Of(JsonObject list) => new([.. list["items"].Objects().OrderBy(node => node.Name(), StringComparer.Ordinal).Select(ClusterNode.Of)]);
}
