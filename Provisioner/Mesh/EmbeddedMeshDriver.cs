using Provisioner.Clusters;
using Provisioner.Kubernetes;
using Provisioner.Stages;

namespace Provisioner.Mesh;

/// <summary>The mesh of embedded clusters: Istio's kinds, a Deployment istiod that embedded nodes run, and remote secrets.</summary>
internal sealed class EmbeddedMeshDriver(Lab lab, IClusterDriver clusters, MeshAuthority authority) : IMeshDriver
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

    /// <summary>Reads the label as the seed does: from the Deployment that is there.</summary>
    public async Task<string> RevisionAsync(LabCluster cluster, CancellationToken cancellation)
    {
        var list = await cluster.Api.ListAsync(KubeResource.Deployments, SystemNamespace, "labelSelector=app%3Distiod", cancellation);
        return list["items"].Objects().Select(item => item.Label(MeshLabels.Revision)).FirstOrDefault(label => label is not null)
            ?? throw new LabException(
                $"cluster {cluster.Name} has no Deployment with the label app=istiod in {SystemNamespace} that names its revision",
                "Install the mesh: dotnet run --project Provisioner -- stage 4");
    }

    public Step Discover(LabCluster cluster, LabCluster peer) => new()
    {
        Name = $"let the mesh of {cluster.Name} read the endpoints of {peer.Name}",
        IsDone = async cancellation =>
            await RemoteSecrets.CredentialsAsync(peer, cancellation) is { } credentials
            && await RemoteSecrets.FindAsync(cluster, peer, cancellation) is { } found
            && RemoteSecrets.IsFor(found, credentials, clusters.ApiServerForPeers(peer)),
        Act = async (progress, cancellation) =>
        {
            var credentials = await RemoteSecrets.WaitForCredentialsAsync(peer, progress, cancellation);
            var secret = RemoteSecret.Create(peer.Name, clusters.ApiServerForPeers(peer), credentials.AuthorityPem, credentials.Token);
            await cluster.Api.ApplyAsync(KubeResource.Secrets, SystemNamespace, secret, cancellation);
        },
        Hint = $"The token is in {peer.Name}: kubectl --context {peer.Name} --namespace {SystemNamespace} describe secret {RemoteSecret.TokenSecret}",
        ByHand =
        [
            $"istioctl create-remote-secret --context {peer.Name} --name {peer.Name} | kubectl --context {cluster.Name} apply -f -",
        ],
    };

    public Step Forget(LabCluster cluster, LabCluster peer) => new()
    {
        Name = $"let the mesh of {cluster.Name} forget {peer.Name}",
        Act = async (_, cancellation) =>
        {
            if (await RemoteSecrets.FindAsync(cluster, peer, cancellation) is { } found)
            {
                await cluster.Api.DeleteAndWaitAsync(KubeResource.Secrets, SystemNamespace, found.Name(), cancellation);
            }
        },
        Hint = $"See: kubectl --context {cluster.Name} --namespace {SystemNamespace} get secrets -l {RemoteSecret.Label}=true",
        ByHand = [$"kubectl --context {cluster.Name} --namespace {SystemNamespace} delete --ignore-not-found secret {RemoteSecret.NameOf(peer.Name)}"],
    };

    public async Task<bool> IsDiscoveringAsync(LabCluster cluster, LabCluster peer, CancellationToken cancellation) =>
        await RemoteSecrets.FindAsync(cluster, peer, cancellation) is not null;

    public Task<CheckResult> ObserveDiscoveryAsync(LabCluster cluster, LabCluster peer, CancellationToken cancellation) =>
        new IstiodDebug(lab, cluster).ObserveAsync(peer, cancellation);

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
