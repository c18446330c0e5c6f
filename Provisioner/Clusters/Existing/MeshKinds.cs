using System.Text.Json.Nodes;
using Provisioner.Kubernetes;
using Provisioner.Stages;

namespace Provisioner.Clusters.Existing;

/// <summary>Marks the kinds that came with the lab's mesh: neither Helm nor istioctl takes them back, and nothing on them tells them from another mesh's.</summary>
internal static class MeshKinds
{
    public static Step Mark(Lab lab, LabCluster cluster) => new()
    {
        Name = $"mark Istio's kinds in {cluster.Name} as the lab's",
        IsDone = async cancellation => (await UnmarkedAsync(cluster, cancellation)).Count == 0,
        Act = async (_, cancellation) =>
        {
            foreach (var definition in await UnmarkedAsync(cluster, cancellation))
            {
                var label = new JsonObject { [Ownership.Label] = lab.Plan.Name };
                await cluster.Api.PatchAsync(
                    KubeResource.CustomResourceDefinitions, null, definition.Name(), new JsonObject { ["metadata"] = new JsonObject { ["labels"] = label } }, cancellation);
            }
        },
        Hint = $"See: kubectl --context {cluster.Plan.Existing?.Context} get crd --show-labels",
        ByHand = [$"kubectl --context {cluster.Plan.Existing?.Context} label crd {Ownership.Label}={lab.Plan.Name} $KIND   # each of istio.io"],
    };

    private static async Task<IReadOnlyList<JsonObject>> UnmarkedAsync(LabCluster cluster, CancellationToken cancellation)
    {
        var namespaces = await cluster.Api.ListAsync(KubeResource.Namespaces, null, "", cancellation);
        var definitions = await cluster.Api.ListAsync(KubeResource.CustomResourceDefinitions, null, "", cancellation);
        return ExistingInventory.Unmarked([.. namespaces["items"].Objects()], [.. definitions["items"].Objects()]);
    }
}
