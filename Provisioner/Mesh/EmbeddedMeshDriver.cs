using Provisioner.Clusters;
using Provisioner.Kubernetes;
using Provisioner.Stages;

namespace Provisioner.Mesh;

/// <summary>The mesh of embedded clusters: Istio's kinds, a Deployment istiod that embedded nodes run, and remote secrets.</summary>
internal sealed class EmbeddedMeshDriver(Lab lab, MeshAuthority authority, MeshJoin join) : IMeshDriver
{
    private const string SystemNamespace = RemoteSecret.Namespace;
    private const string ControlPlane = "istiod";

    public IReadOnlyList<Step> Install(LabCluster cluster) =>
    [
        new Step
        {
            Name = $"install the mesh in {cluster.Name}",
            IsDone = async cancellation =>
                await cluster.Api.HasAsync(null, EmbeddedMesh.Objects(cluster.Name), cancellation) && await HasReplicasAsync(cluster, cancellation),
            Act = (_, cancellation) => InstallAsync(cluster, cancellation),
            Hint = $"See: kubectl --context {cluster.Name} --namespace {SystemNamespace} describe deployment {ControlPlane}",
            ByHand =
            [
                $"sed 's/${{CLUSTER}}/{cluster.Name}/g; s/${{REVISION}}/{EmbeddedMesh.Revision}/g; s/${{VERSION}}/{EmbeddedMesh.Version}/g' "
                    + $"Provisioner/Mesh/Embedded/*.yaml | kubectl --context {cluster.Name} apply -f -",
            ],
        },
        new KubeSteps(lab, cluster).Ready(ControlPlane, SystemNamespace),
    ];

    public IReadOnlyList<Step> Uninstall(LabCluster cluster) =>
    [
        new Step
        {
            Name = $"remove the mesh from {cluster.Name}",
            Act = (_, cancellation) => cluster.Api.DeleteAsync(null, [.. EmbeddedMesh.Objects(cluster.Name).Where(IsNotDefinition)], cancellation),
            Hint = $"See: kubectl --context {cluster.Name} get namespace {SystemNamespace} -o yaml",
            ByHand = [$"kubectl --context {cluster.Name} delete namespace {SystemNamespace}"],
        },
    ];

    public Task<string> RevisionAsync(LabCluster cluster, CancellationToken cancellation) => MeshRevision.ReadAsync(cluster, cancellation);

    public Step Discover(LabCluster cluster, LabCluster peer) => join.Discover(cluster, peer);

    public Step Forget(LabCluster cluster, LabCluster peer) => join.Forget(cluster, peer);

    public Task<bool> IsDiscoveringAsync(LabCluster cluster, LabCluster peer, CancellationToken cancellation) => join.IsDiscoveringAsync(cluster, peer, cancellation);

    public Task<CheckResult> ObserveDiscoveryAsync(LabCluster cluster, LabCluster peer, CancellationToken cancellation) => join.ObserveAsync(cluster, peer, cancellation);

    /// <summary>Whether istiod is meant to run; scaled to 0 by hand, it is there and does nothing.</summary>
    private static async Task<bool> HasReplicasAsync(LabCluster cluster, CancellationToken cancellation) =>
        (await cluster.Api.GetAsync(KubeResource.Deployments, SystemNamespace, ControlPlane, cancellation))?["spec"]?["replicas"]?.GetValue<int>() > 0;

    // The Secret cacerts has to be there before istiod starts, and its namespace before that.
    private async Task InstallAsync(LabCluster cluster, CancellationToken cancellation)
    {
        var objects = EmbeddedMesh.Objects(cluster.Name);
        var isThere = await cluster.Api.GetAsync(KubeResource.Secrets, SystemNamespace, "cacerts", cancellation) is not null;
        await cluster.Api.ApplyAsync(null, isThere ? objects : [.. objects, authority.Secret(cluster.Name)], cancellation);
    }

    private static bool IsNotDefinition(System.Text.Json.Nodes.JsonObject item) => item.Kind() != "CustomResourceDefinition";
}
