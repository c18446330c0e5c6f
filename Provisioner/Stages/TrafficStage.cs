using Provisioner.Checks;
using Provisioner.Clusters;

namespace Provisioner.Stages;

/// <summary>Stage 7: nothing is done; the first gateway now answers from every cluster.</summary>
internal static class TrafficStage
{
    public static StageDefinition Create(Lab lab, Traffic traffic) => new()
    {
        Number = LabStages.TrafficAcross,
        Name = "traffic",
        DependsOn = [LabStages.FirstGateway, LabStages.Join],
        Checks =
        [
            new StageCheck
            {
                Name = $"the gateway of {lab.First.Name} answers from every cluster",
                Observe = async cancellation =>
                    (await traffic.GatewayAsync(lab.First, cancellation)).FromEach(lab.Clusters.Select(cluster => cluster.Name)),
                Hint = "If the clusters left the mesh: dotnet run --project Provisioner -- join; if they were cut off from each other: … -- heal",
                ByHand = [$"for i in 1 2 3 4 5 6; do curl -s {Addresses.GatewayByHand(lab, lab.First)}/cluster_name; echo; done"],
            },
        ],
    };
}
