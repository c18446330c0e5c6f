using Provisioner.Clusters;
using Provisioner.Clusters.Gke;
using Provisioner.Kubernetes;
using Provisioner.Stages;
using Provisioner.Tools.Gcloud;

namespace Provisioner.Mesh.Managed;

/// <summary>Cloud Service Mesh, installed and run by Google for the fleet; <c>asm-options</c> joins the clusters.</summary>
internal sealed class ManagedMeshDriver(CloudLab cloud, Fleet fleet) : IMeshDriver
{
    public IReadOnlyList<Step> Install(LabCluster cluster) =>
    [
        fleet.Register(cluster),
        fleet.EnableMesh(cluster),
        fleet.Manage(cluster),
        // Fleets join their clusters by themselves; in the lab that is a stage of its own.
        new Step
        {
            Name = $"keep the mesh of {cluster.Name} to itself",
            IsDone = async cancellation => await AsmOptions.ModeAsync(cluster, cancellation) is not null,
            Act = (_, cancellation) => AsmOptions.SetAsync(cluster, AsmOptions.Disconnected, cancellation),
            Hint = Hint(cluster),
            ByHand = [AsmOptions.ByHand(cluster, AsmOptions.Disconnected)],
        },
        .. CloudTrace.Steps(cloud, cluster),
    ];

    public IReadOnlyList<Step> Uninstall(LabCluster cluster) =>
    [
        new Step
        {
            Name = $"end Google's management of the mesh of {cluster.Name}",
            IsDone = async cancellation => await fleet.StateAsync(cluster, cancellation) is null,
            Act = (_, cancellation) => cloud.Gcloud.RemoveAsync(GcloudArguments.ManageMesh(cloud.Fleet, cloud.MembershipOf(cluster), "manual"), cancellation),
            Deadline = TimeSpan.FromMinutes(5),
            Hint = $"See: {GcloudLine.ByHand(GcloudArguments.Mesh(cloud.Fleet))}",
            ByHand = [GcloudLine.ByHand(GcloudArguments.ManageMesh(cloud.Fleet, cloud.MembershipOf(cluster), "manual"))],
        },
        fleet.Unregister(cluster),
    ];

    public async Task<string> RevisionAsync(LabCluster cluster, CancellationToken cancellation) =>
        MeshReport.Of(await fleet.StateAsync(cluster, cancellation)).Revision
        ?? throw new LabException($"the managed mesh of {cluster.Name} has no revision that is ready", "Install the mesh: dotnet run --project Provisioner -- stage 4");

    public Step Discover(LabCluster cluster, LabCluster peer) => new()
    {
        Name = $"let the mesh of {cluster.Name} take in {peer.Name}",
        IsDone = async cancellation => await AsmOptions.ModeAsync(cluster, cancellation) == AsmOptions.Connected,
        Act = (_, cancellation) => AsmOptions.SetAsync(cluster, AsmOptions.Connected, cancellation),
        Hint = Hint(cluster),
        ByHand = [AsmOptions.ByHand(cluster, AsmOptions.Connected)],
    };

    public Step Forget(LabCluster cluster, LabCluster peer) => new()
    {
        Name = $"let the mesh of {cluster.Name} leave out {peer.Name}",
        IsDone = async cancellation => await AsmOptions.ModeAsync(cluster, cancellation) is null or AsmOptions.Disconnected,
        Act = (_, cancellation) => AsmOptions.SetAsync(cluster, AsmOptions.Disconnected, cancellation),
        Hint = Hint(cluster),
        ByHand = [AsmOptions.ByHand(cluster, AsmOptions.Disconnected)],
    };

    public async Task<bool> IsDiscoveringAsync(LabCluster cluster, LabCluster peer, CancellationToken cancellation) =>
        await AsmOptions.ModeAsync(cluster, cancellation) == AsmOptions.Connected;

    /// <summary>Asks istiod where one runs in the cluster; a control plane inside Google lists its endpoints to nobody, and traffic is the proof.</summary>
    public async Task<CheckResult> ObserveDiscoveryAsync(LabCluster cluster, LabCluster peer, CancellationToken cancellation)
    {
        if (await AsmOptions.ModeAsync(cluster, cancellation) is not AsmOptions.Connected and var mode)
        {
            return CheckResult.Fail($"{AsmOptions.Name} of {cluster.Name} says {mode ?? "nothing"}");
        }

        var istiod = await cluster.Api.ListAsync(KubeResource.Pods, RemoteSecret.Namespace, "labelSelector=app%3Distiod", cancellation);
        if (istiod["items"].Objects().Any())
        {
            return await new IstiodDebug(cloud.Lab, cluster).ObserveEndpointsAsync(peer, cancellation);
        }

        var implementation = MeshReport.Of(await fleet.StateAsync(cluster, cancellation)).Implementation ?? "managed";
        return CheckResult.Pass($"connected; endpoint lists are not available from a {implementation} control plane, stage 7 proves it by traffic");
    }

    private static string Hint(LabCluster cluster) => $"See: kubectl --context {cluster.Name} --namespace {RemoteSecret.Namespace} get configmap {AsmOptions.Name} -o yaml";
}
