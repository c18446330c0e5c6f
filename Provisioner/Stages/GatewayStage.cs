using Provisioner.Checks;
using Provisioner.Clusters;
using Provisioner.Mesh;

namespace Provisioner.Stages;

/// <summary>Stages 5 and 8: an ingress gateway, and the way from it to whereami.</summary>
internal static class GatewayStage
{
    public static StageDefinition CreateFirst(Lab lab, LabCluster cluster, IMeshDriver mesh, Traffic traffic) =>
        Create(LabStages.FirstGateway, lab, [cluster], mesh) with
        {
            Checks =
            [
                Check(lab, cluster) with
                {
                    Name = $"the gateway of {cluster.Name} answers from outside, from {cluster.Name} only",
                    EndedBy = LabStages.Join,
                    Observe = async cancellation => (await traffic.GatewayAsync(cluster, cancellation)).OnlyFrom(cluster.Name),
                },
            ],
        };

    public static StageDefinition CreateOthers(Lab lab, IReadOnlyList<LabCluster> clusters, IMeshDriver mesh, Traffic traffic) =>
        Create(8, lab, clusters, mesh) with
        {
            Checks =
            [
                .. clusters.Select(cluster => Check(lab, cluster) with
                {
                    Name = $"the gateway of {cluster.Name} answers from every cluster",
                    Needs = [LabStages.Join],
                    Observe = async cancellation =>
                        (await traffic.GatewayAsync(cluster, cancellation)).FromEach(lab.Clusters.Select(each => each.Name)),
                }),
            ],
        };

    private static StageDefinition Create(int number, Lab lab, IReadOnlyList<LabCluster> clusters, IMeshDriver mesh) => new()
    {
        Number = number,
        Name = $"gateway {string.Join(", ", clusters.Select(cluster => cluster.Name))}",
        DependsOn = [LabStages.Mesh],
        Lanes = [.. clusters.SelectMany(cluster => Lanes(lab, cluster, mesh))],
        Undo = [.. clusters.Select(cluster => UndoLane(lab, cluster))],
        Publish = (state, reached) => clusters.Aggregate(state, (next, cluster) => next.WithGateway(cluster.Name, reached ? cluster.GatewayUrl : null)),
    };

    private static IEnumerable<IReadOnlyList<Step>> Lanes(Lab lab, LabCluster cluster, IMeshDriver mesh)
    {
        var steps = new KubeSteps(lab, cluster);
        yield return
        [
            steps.Namespace(lab.Plan.GatewayNamespace, cancellation => mesh.RevisionAsync(cluster, cancellation)),
            steps.Apply(Manifests.Gateway, lab.Plan.GatewayNamespace),
            steps.Ready(LabStages.Gateway, lab.Plan.GatewayNamespace),
        ];
        yield return [steps.Apply(Manifests.Ingress, lab.Plan.Namespace)];
    }

    private static IReadOnlyList<Step> UndoLane(Lab lab, LabCluster cluster)
    {
        var steps = new KubeSteps(lab, cluster);
        return [steps.Delete(Manifests.Ingress, lab.Plan.Namespace), steps.DeleteNamespace(lab.Plan.GatewayNamespace)];
    }

    private static StageCheck Check(Lab lab, LabCluster cluster) => new()
    {
        Name = "",
        Observe = _ => Task.FromResult(CheckResult.Fail("")),
        Hint = $"See: kubectl --context {cluster.Name} --namespace istio-ingress get pods,services; and the log of 'gateway-{cluster.Name}'",
        ByHand = [$"curl {Addresses.GatewayByHand(lab, cluster)}"],
    };
}
