using Provisioner.Clusters;
using Provisioner.Clusters.Gke;
using Provisioner.Kubernetes;
using Provisioner.Mesh.Managed;
using Provisioner.Stages;

namespace Provisioner.Mesh.InCluster;

/// <summary>Anthos Service Mesh inside the clusters, installed by asmcli as in the demo; remote secrets join the clusters.</summary>
internal sealed class InClusterMeshDriver(CloudLab cloud, Asmcli asmcli) : IMeshDriver
{
    private const string SystemNamespace = RemoteSecret.Namespace;

    // create-mesh works on all clusters at once.
    private readonly SemaphoreSlim one = new(1);

    public IReadOnlyList<Step> Install(LabCluster cluster) =>
    [
        new Step
        {
            Name = $"install Anthos Service Mesh in {cluster.Name} with asmcli",
            IsDone = async cancellation => await FindRevisionAsync(cluster, cancellation) is not null,
            Act = (progress, cancellation) => asmcli.RunAsync(InstallArguments(cluster), progress, cancellation),
            Deadline = TimeSpan.FromMinutes(25),
            Hint = $"See what is missing: kubectl --context {cluster.Name} --namespace {SystemNamespace} get pods",
            ByHand = [$"curl {Asmcli.Url(cloud.Cloud.AsmVersion)} > asmcli && chmod +x asmcli", $"./asmcli {string.Join(' ', InstallArguments(cluster))}"],
        },
        .. CloudTrace.Steps(cloud, cluster),
    ];

    public IReadOnlyList<Step> Uninstall(LabCluster cluster) =>
    [
        new Step
        {
            Name = $"remove Anthos Service Mesh from {cluster.Name}",
            Act = async (_, cancellation) =>
            {
                await cluster.Api.DeleteAsync(KubeResource.Namespaces, null, SystemNamespace, cancellation);
            },
            Hint = $"See: kubectl --context {cluster.Name} get namespace {SystemNamespace} -o yaml",
            ByHand = [$"kubectl --context {cluster.Name} delete namespace {SystemNamespace}"],
        },
    ];

    /// <summary>Reads the label as the demo does: from the Deployment that is there.</summary>
    public async Task<string> RevisionAsync(LabCluster cluster, CancellationToken cancellation) => await FindRevisionAsync(cluster, cancellation)
        ?? throw new LabException($"cluster {cluster.Name} has no istiod that names its revision", "Install the mesh: dotnet run --project Provisioner -- stage 4");

    public Step Discover(LabCluster cluster, LabCluster peer) => new()
    {
        Name = $"let the mesh of {cluster.Name} read the endpoints of {peer.Name}",
        IsDone = cancellation => IsDiscoveringAsync(cluster, peer, cancellation),
        Act = async (progress, cancellation) =>
        {
            await one.WaitAsync(cancellation);
            try
            {
                if (!await IsDiscoveringAsync(cluster, peer, cancellation))
                {
                    await asmcli.RunAsync(CreateMeshArguments(), progress, cancellation);
                }
            }
            finally
            {
                one.Release();
            }
        },
        Deadline = TimeSpan.FromMinutes(15),
        Hint = $"See: kubectl --context {cluster.Name} --namespace {SystemNamespace} get secrets -l {RemoteSecret.Label}=true",
        ByHand = [$"./asmcli {string.Join(' ', CreateMeshArguments())}"],
    };

    public Step Forget(LabCluster cluster, LabCluster peer) => new()
    {
        Name = $"let the mesh of {cluster.Name} forget {peer.Name}",
        Act = async (_, cancellation) =>
        {
            if (await FindSecretAsync(cluster, peer, cancellation) is { } found)
            {
                await cluster.Api.DeleteAndWaitAsync(KubeResource.Secrets, SystemNamespace, found, cancellation);
            }
        },
        Hint = $"See: kubectl --context {cluster.Name} --namespace {SystemNamespace} get secrets -l {RemoteSecret.Label}=true",
        ByHand = [$"kubectl --context {cluster.Name} --namespace {SystemNamespace} delete secret {Asmcli.RemoteSecretOf(CloudClusterName.Of(cloud, peer))}"],
    };

    public async Task<bool> IsDiscoveringAsync(LabCluster cluster, LabCluster peer, CancellationToken cancellation) =>
        await FindSecretAsync(cluster, peer, cancellation) is not null;

    public async Task<CheckResult> ObserveDiscoveryAsync(LabCluster cluster, LabCluster peer, CancellationToken cancellation) =>
        await FindSecretAsync(cluster, peer, cancellation) is { } secret
            ? CheckResult.Pass($"{cluster.Name} has the remote secret {secret}; stage 7 proves it by traffic")
            : CheckResult.Fail($"{cluster.Name} has no remote secret for {peer.Name}");

    private async Task<string?> FindRevisionAsync(LabCluster cluster, CancellationToken cancellation)
    {
        var list = await cluster.Api.ListAsync(KubeResource.Deployments, SystemNamespace, "labelSelector=app%3Distiod", cancellation);
        return list["items"].Objects().Select(item => item.Label(MeshLabels.Revision)).FirstOrDefault(label => label is not null);
    }

    private async Task<string?> FindSecretAsync(LabCluster cluster, LabCluster peer, CancellationToken cancellation)
    {
        var list = await cluster.Api.ListAsync(KubeResource.Secrets, SystemNamespace, $"labelSelector={Uri.EscapeDataString(RemoteSecret.Label)}%3Dtrue", cancellation);
        var expected = Asmcli.RemoteSecretOf(CloudClusterName.Of(cloud, peer));
        // A reader who joined the clusters by hand may have given another name that tells the cluster.
        return list["items"].Objects().Where(secret => !secret.IsBeingDeleted()).Select(secret => secret.Name())
            .FirstOrDefault(name => name == expected || name.Contains(peer.Plan.ClusterName, StringComparison.Ordinal));
    }

    private string[] InstallArguments(LabCluster cluster) => Asmcli.InstallArguments(cloud.Fleet, CloudClusterName.Of(cloud, cluster), OutputOf(cluster));

    private string[] CreateMeshArguments() => Asmcli.CreateMeshArguments(cloud.Fleet, cloud.Names, OutputOf(cloud.Lab.Clusters[0]));

    private string OutputOf(LabCluster cluster) => Path.Combine(asmcli.OutputDirectory, cluster.Name);
}
