using System.Text.Json.Nodes;
using Provisioner.Kubernetes;

namespace Provisioner.Tests.Kubernetes;

public sealed class RolloutTests
{
    [Theory]
    [InlineData(2, 1, 3, 3, 3, false, "the change has not been seen by the controller")]
    [InlineData(2, 2, 1, 3, 3, false, "1 of 3 pods updated")]
    [InlineData(2, 2, 3, 4, 3, false, "1 old pods still there")]
    [InlineData(2, 2, 3, 3, 2, false, "2 of 3 pods ready")]
    [InlineData(2, 2, 3, 3, 3, true, "3 of 3 pods ready")]
    public void A_rollout_is_complete_when_all_pods_are_new_and_ready(
        int generation, int observed, int updated, int all, int ready, bool complete, string message)
    {
        var deployment = new JsonObject
        {
            ["metadata"] = new JsonObject { ["generation"] = generation },
            ["spec"] = new JsonObject { ["replicas"] = 3 },
            ["status"] = new JsonObject
            {
                ["observedGeneration"] = observed,
                ["updatedReplicas"] = updated,
                ["replicas"] = all,
                ["readyReplicas"] = ready,
            },
        };

        var rollout = Rollout.Of(deployment);

        Assert.Equal((complete, message), (rollout.Complete, rollout.Message));
    }
}
