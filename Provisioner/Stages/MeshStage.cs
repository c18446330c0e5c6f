using Provisioner.Checks;
using Provisioner.Clusters;
using Provisioner.Kubernetes;
using Provisioner.Mesh;

namespace Provisioner.Stages;

/// <summary>Stage 4: the mesh in every cluster, a sidecar beside every whereami, and mutual TLS only.</summary>
internal static class MeshStage
{
    private static readonly KubeResource PeerAuthentications = new("security.istio.io/v1", "PeerAuthentication", "peerauthentications", true);

    public static StageDefinition Create(Lab lab, IMeshDriver mesh) => new()
    {
        Number = LabStages.Mesh,
        Name = "mesh",
        DependsOn = [2, 3],
        Lanes = [.. lab.Clusters.Select(cluster => Lane(lab, cluster, mesh))],
        Checks = [.. lab.Clusters.SelectMany(cluster => Checks(lab, cluster))],
        Undo = [.. lab.Clusters.Select(cluster => UndoLane(lab, cluster, mesh))],
        HasBegun = cancellation => Begun.AnyAsync(lab.Clusters.Select(cluster => HasBegunAsync(lab, cluster, cancellation))),
    };

    private static IReadOnlyList<Step> Lane(Lab lab, LabCluster cluster, IMeshDriver mesh)
    {
        var steps = new KubeSteps(lab, cluster);
        var ns = lab.Plan.Namespace;
        return
        [
            .. mesh.Install(cluster),
            Label(lab, cluster, mesh),
            steps.Apply(Manifests.DestinationRule, ns),
            steps.Restart(LabStages.WhereamiDeployment, ns, "so that its pods get sidecars", PodReport.IsInjected),
            steps.Apply(Manifests.PeerAuthentication, ns),
        ];
    }

    private static Step Label(Lab lab, LabCluster cluster, IMeshDriver mesh) => new()
    {
        Name = $"label namespace {lab.Plan.Namespace} in {cluster.Name} with the mesh's revision",
        IsDone = async cancellation =>
            (await cluster.Api.GetAsync(KubeResource.Namespaces, null, lab.Plan.Namespace, cancellation))?.Label(MeshLabels.Revision)
                == await mesh.RevisionAsync(cluster, cancellation),
        Act = async (_, cancellation) =>
            await NamespaceLabels.SetAsync(cluster, lab.Plan.Namespace, await mesh.RevisionAsync(cluster, cancellation), cancellation),
        Hint = $"See: kubectl --context {cluster.Name} get namespace {lab.Plan.Namespace} --show-labels",
        ByHand =
        [
            $"REVISION=$(kubectl --context {cluster.Name} get deploy -n istio-system -l app=istiod -o jsonpath='{{.items[*].metadata.labels.istio\\.io/rev}}')",
            MeshLabels.ByHand(cluster.Name, lab.Plan.Namespace),
        ],
    };

    private static IReadOnlyList<Step> UndoLane(Lab lab, LabCluster cluster, IMeshDriver mesh)
    {
        var steps = new KubeSteps(lab, cluster);
        var ns = lab.Plan.Namespace;
        return
        [
            steps.Delete(Manifests.PeerAuthentication, ns),
            steps.Delete(Manifests.DestinationRule, ns),
            steps.OnlyInOwn(new Step
            {
                Name = $"take the mesh's label from namespace {ns} in {cluster.Name}",
                IsDone = async cancellation =>
                    (await cluster.Api.GetAsync(KubeResource.Namespaces, null, ns, cancellation))?.Label(MeshLabels.Revision) is null,
                Act = (_, cancellation) => NamespaceLabels.SetAsync(cluster, ns, null, cancellation),
                Hint = $"See: kubectl --context {cluster.Name} get namespace {ns} --show-labels",
                ByHand = [$"kubectl --context {cluster.Name} label namespace {ns} {MeshLabels.Revision}-"],
            }, ns),
            steps.OnlyInOwn(steps.Restart(LabStages.WhereamiDeployment, ns, "without sidecars", pod => !PodReport.IsInjected(pod)), ns),
            .. mesh.Uninstall(cluster),
        ];
    }

    private static IEnumerable<StageCheck> Checks(Lab lab, LabCluster cluster)
    {
        var ns = lab.Plan.Namespace;
        yield return new StageCheck
        {
            Name = $"pods of whereami in {cluster.Name} are 2/2",
            Observe = async cancellation => PodColumns.Observe(
                await new KubeSteps(lab, cluster).PodsAsync(LabStages.WhereamiDeployment, ns, cancellation), "2/2"),
            Hint = $"See: kubectl --context {cluster.Name} --namespace {ns} describe pods",
            ByHand = [$"kubectl --context {cluster.Name} --namespace {ns} get pods"],
        };
        yield return new StageCheck
        {
            Name = $"pods of whereami in {cluster.Name} refuse plain text",
            Observe = cancellation => PlainText.ObserveRefusedAsync(lab, cluster, cancellation),
            Hint = $"See: kubectl --context {cluster.Name} --namespace {ns} get peerauthentication -o yaml",
            ByHand = [$"kubectl --context {cluster.Name} get --raw {KubeResource.Pods.Path(ns)}/$POD:8080/proxy/   # fails"],
        };
    }

    /// <summary>Whether pods of whereami in this cluster are made with the mesh.</summary>
    public static async Task<bool> HasBegunAsync(Lab lab, LabCluster cluster, CancellationToken cancellation)
    {
        var ns = await cluster.Api.GetAsync(KubeResource.Namespaces, null, lab.Plan.Namespace, cancellation);
        return ns?.Label(MeshLabels.Revision) is not null
            || ns?.Label(MeshLabels.Injection) == "enabled"
            || (await cluster.Api.ListAsync(PeerAuthentications, lab.Plan.Namespace, "", cancellation))["items"].Objects().Any();
    }
}
