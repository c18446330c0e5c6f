using Provisioner.Checks;
using Provisioner.Clusters;
using Provisioner.Kubernetes;

namespace Provisioner.Stages;

/// <summary>Stages 2 and 3: a cluster, and whereami in it.</summary>
internal static class ClusterStage
{
    public static StageDefinition Create(int number, Lab lab, IReadOnlyList<LabCluster> members, IClusterDriver driver, Traffic traffic) => new()
    {
        Number = number,
        Name = $"cluster {string.Join(", ", members.Select(cluster => cluster.Name))}",
        DependsOn = [LabStages.Environment],
        Lanes = [.. members.Select(cluster => Lane(lab, cluster, driver))],
        Checks = [.. members.SelectMany(cluster => Checks(lab, cluster, traffic))],
        Undo = [.. members.Select(cluster => (IReadOnlyList<Step>)[new KubeSteps(lab, cluster).DeleteNamespace(lab.Plan.Namespace), .. driver.Remove(cluster)])],
    };

    private static IReadOnlyList<Step> Lane(Lab lab, LabCluster cluster, IClusterDriver driver)
    {
        var steps = new KubeSteps(lab, cluster);
        return
        [
            .. driver.Create(cluster),
            steps.Namespace(lab.Plan.Namespace),
            steps.Apply(Manifests.Whereami, lab.Plan.Namespace),
            // In the mesh a pod cannot be made while istiod is away, and only stage 4 brings that back.
            steps.Ready(LabStages.WhereamiDeployment, lab.Plan.Namespace, cancellation => MeshStage.HasBegunAsync(lab, cluster, cancellation)),
        ];
    }

    private static IEnumerable<StageCheck> Checks(Lab lab, LabCluster cluster, Traffic traffic)
    {
        var ns = lab.Plan.Namespace;
        yield return new StageCheck
        {
            Name = $"pods of whereami in {cluster.Name} are 1/1",
            EndedBy = LabStages.Mesh,
            Observe = async cancellation => PodColumns.Observe(
                await new KubeSteps(lab, cluster).PodsAsync(LabStages.WhereamiDeployment, ns, cancellation), "1/1"),
            Hint = $"See: kubectl --context {cluster.Name} --namespace {ns} describe pods",
            ByHand = [$"kubectl --context {cluster.Name} --namespace {ns} get pods,services"],
        };
        yield return new StageCheck
        {
            Name = $"whereami answers inside {cluster.Name}, only from {cluster.Name}",
            // The mesh refuses the API server's plain text; from then on the gateway shows the same.
            EndedBy = LabStages.Mesh,
            Observe = async cancellation =>
                (await traffic.InsideAsync(cluster, ns, LabStages.WhereamiService, cancellation)).OnlyFrom(cluster.Name),
            Hint = $"See: kubectl --context {cluster.Name} --namespace {ns} get endpointslices,pods -o wide",
            ByHand = [$"kubectl --context {cluster.Name} get --raw {KubeResource.Services.Path(ns, LabStages.WhereamiService)}:80/proxy/"],
        };
    }
}
