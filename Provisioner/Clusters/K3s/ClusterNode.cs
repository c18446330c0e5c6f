using System.Text.Json.Nodes;
using Provisioner.Kubernetes;

namespace Provisioner.Clusters.K3s;

/// <summary>A node as the API shows it.</summary>
/// <param name="Address">Its InternalIP; null until the kubelet has reported it.</param>
/// <param name="PodCidrs">Where its pods are; empty until it has been given a range.</param>
/// <param name="Trouble">What the kubelet says of itself.</param>
internal sealed record ClusterNode(string Name, string? Address, IReadOnlyList<string> PodCidrs, bool IsServer, bool IsReady, string Trouble)
{
    public static ClusterNode Of(JsonObject node) => new(
        node.Name(),
        node["status"]?["addresses"].Objects().FirstOrDefault(address => address["type"]?.ToString() == "InternalIP")?["address"]?.ToString(),
        node["spec"]?["podCIDRs"] is JsonArray cidrs ? [.. cidrs.Select(cidr => cidr!.ToString())]
            : node["spec"]?["podCIDR"] is { } single ? [single.ToString()]
            : [],
        node.Label("node-role.kubernetes.io/control-plane") is not null,
        node.IsTrue("Ready"),
        node.Condition("Ready")?["message"]?.ToString() ?? "the kubelet has not reported");
}
