using Provisioner.Checks;
using Provisioner.Clusters;

namespace Provisioner.Stages;

/// <summary>Stage 1: what the lab needs before anything is made; every problem is named at once.</summary>
internal static class EnvironmentStage
{
    public static StageDefinition Create(Lab lab, IClusterDriver clusters) => new()
    {
        Number = LabStages.Environment,
        Name = "environment",
        Lanes =
        [
            [
                new Step
                {
                    Name = "check plan, manifests and folders",
                    Act = async (_, cancellation) => Preflight.Throw([.. Preflight.Find(lab), .. await clusters.PreflightAsync(cancellation)]),
                    // A dozen questions to Google take longer than looks at the machine's own files.
                    Deadline = TimeSpan.FromMinutes(lab.Plan.Cloud is null ? 1 : 5),
                    Hint = "See the plan in .lab/plan.json",
                    ByHand =
                    [
                        $"export KUBECONFIG={Path.Combine(lab.Plan.Directory, "kubeconfig")}",
                        .. lab.Clusters.Select((cluster, index) =>
                            $"export CTX_{index + 1}={LabKubeconfig.Alias(lab.Plan.Project, cluster.Plan)}   # the same as {cluster.Name}"),
                        $"export NAMESPACE={lab.Plan.Namespace} GATEWAY_NAMESPACE={lab.Plan.GatewayNamespace}",
                    ],
                },
            ],
        ],
    };
}
