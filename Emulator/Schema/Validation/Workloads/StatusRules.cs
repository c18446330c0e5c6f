using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Schema.Validation;

/// <summary>The rules for what a client writes into the status of a workload.</summary>
internal static class StatusRules
{
    private static readonly string[] Counts = ["updatedReplicas", "fullyLabeledReplicas", "currentReplicas", "readyReplicas", "availableReplicas"];

    public static void Check(ResourceDefinition definition, JsonObject status, Causes causes)
    {
        if ((definition.Group, definition.Kind) is not (("apps", "Deployment" or "ReplicaSet" or "StatefulSet") or ("", "ReplicationController")))
        {
            return;
        }

        causes.NotNegative(status, "status", ["observedGeneration", "replicas", .. Counts, "unavailableReplicas", "collisionCount"]);
        var all = status["replicas"].AsLong() ?? 0;
        foreach (var count in Counts)
        {
            if (status[count].AsLong() is { } number && number > all)
            {
                causes.InvalidNumber($"status.{count}", number, "cannot be greater than status.replicas");
            }
        }

        if (status["availableReplicas"].AsLong() is { } available && available > (status["readyReplicas"].AsLong() ?? 0))
        {
            causes.InvalidNumber("status.availableReplicas", available, "cannot be greater than readyReplicas");
        }
    }
}
