using Provisioner.Clusters;
using Provisioner.Mesh;

namespace Provisioner.Stages;

/// <summary>Stage 6: one mesh of all clusters, by a path between their pods and by endpoint discovery, both in every direction.</summary>
internal static class JoinStage
{
    public static StageDefinition Create(Lab lab, IClusterDriver clusters, IMeshDriver mesh) => new()
    {
        Number = LabStages.Join,
        Name = "join",
        DependsOn = [LabStages.Mesh],
        Lanes = [.. Pairs(lab).SelectMany(pair => (IReadOnlyList<Step>[])[[clusters.OpenPath(pair.To, pair.From)], [mesh.Discover(pair.From, pair.To)]])],
        Checks = [.. Pairs(lab).Select(pair => Check(clusters, mesh, pair.From, pair.To))],
        // First nobody sends to the other cluster any more, then the path closes: no request is lost on the way.
        Undo = [[.. Pairs(lab).Select(pair => mesh.Forget(pair.From, pair.To)), .. Pairs(lab).Select(pair => clusters.ClosePath(pair.To, pair.From))]],
        HasBegun = cancellation => Begun.AnyAsync(Pairs(lab).Select(pair => mesh.IsDiscoveringAsync(pair.From, pair.To, cancellation))),
    };

    /// <summary>Every ordered pair of clusters.</summary>
    public static IEnumerable<(LabCluster From, LabCluster To)> Pairs(Lab lab) =>
        from cluster in lab.Clusters
        from peer in lab.PeersOf(cluster)
        select (cluster, peer);

    private static StageCheck Check(IClusterDriver clusters, IMeshDriver mesh, LabCluster cluster, LabCluster peer) => new()
    {
        Name = $"the mesh of {cluster.Name} knows the endpoints of {peer.Name}",
        Observe = async cancellation => await clusters.IsPathOpenAsync(cluster, peer, cancellation)
            ? await mesh.ObserveDiscoveryAsync(cluster, peer, cancellation)
            : CheckResult.Fail($"{peer.Name} lets no pods of {cluster.Name} in: there is {clusters.PathName(cluster, peer)}"),
        Hint = "Join the clusters: dotnet run --project Provisioner -- join",
        ByHand = [$"kubectl --context {cluster.Name} get --raw /api/v1/namespaces/istio-system/pods/$ISTIOD:8080/proxy/debug/endpointz"],
    };
}
