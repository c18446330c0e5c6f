namespace Provisioner.Clusters.K3s;

/// <summary>Says in words how far a cluster's nodes are.</summary>
internal static class NodeReadiness
{
    /// <param name="network">The nodes that have joined.</param>
    /// <param name="expected">The nodes that are planned.</param>
    public static (bool Ready, string Message) Of(PodNetwork network, int expected)
    {
        var ready = network.Nodes.Count(node => node.IsReady && node.PodCidrs.Count > 0 && node.Address is not null);
        var waiting = network.Nodes.FirstOrDefault(node => !node.IsReady);
        return (ready >= expected,
            $"{ready} of {expected} nodes are ready{(waiting is not null ? $"; {waiting.Name}: {waiting.Trouble}" : network.Nodes.Count < expected ? "; the others have not joined" : "")}");
    }
}
