using Provisioner.Checks;
using Provisioner.Clusters;
using Provisioner.Mesh;
using Provisioner.Plan;

namespace Provisioner.Stages;

/// <summary>The nine stages of the lab; a mode differs only in its drivers.</summary>
internal static class LabStages
{
    public const string WhereamiDeployment = "whereami-deployment";
    public const string WhereamiService = "whereami-service";
    public const string Gateway = "istio-ingressgateway";

    public const int Environment = 1;
    public const int Mesh = 4;
    public const int FirstGateway = 5;
    public const int Join = 6;
    public const int TrafficAcross = 7;
    public const int GlobalIngress = 9;

    /// <summary>The names of the stages, from 1 on.</summary>
    public static IReadOnlyList<string> Names(LabPlan plan)
    {
        var (first, others) = (plan.Clusters[0].Name, string.Join(", ", plan.Clusters.Skip(1).Select(cluster => cluster.Name)));
        return ["environment", $"cluster {first}", $"cluster {others}", "mesh", $"gateway {first}", "join", "traffic", $"gateway {others}", "global ingress"];
    }

    public static IReadOnlyList<StageDefinition> Create(Lab lab, IClusterDriver clusters, IMeshDriver mesh, IGlobalIngressDriver ingress, Traffic traffic)
    {
        var (first, others) = (lab.First, lab.Clusters.Skip(1).ToArray());
        StageDefinition[] stages =
        [
            EnvironmentStage.Create(lab, clusters),
            ClusterStage.Create(2, lab, [first], clusters, traffic),
            ClusterStage.Create(3, lab, others, clusters, traffic),
            MeshStage.Create(lab, mesh),
            GatewayStage.CreateFirst(lab, first, mesh, traffic),
            JoinStage.Create(lab, clusters, mesh),
            TrafficStage.Create(lab, traffic),
            GatewayStage.CreateOthers(lab, others, mesh, traffic),
            GlobalIngressStage.Create(lab, ingress, traffic),
        ];
        // Clusters of the user's may be anybody's, whose load balancers take minutes as well.
        return lab.Plan.Cloud is { RehearsalDirectory: null } || lab.Plan.Existing is not null ? CloudPatience.Stretch(stages) : stages;
    }
}
