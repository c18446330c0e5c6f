using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>Counts a ReplicaSet's pods into its status.</summary>
internal static class ReplicaSetStatus
{
    /// <summary>Writes the status when it changed; returns when the next pod becomes available by time alone, or null.</summary>
    public static TimeSpan? Write(Registry registry, StoredObject replicaSet, List<StoredObject> pods, string? refusal, DateTimeOffset now)
    {
        var node = replicaSet.Node;
        var status = new JsonObject { ["replicas"] = pods.Count };
        var minimum = TimeSpan.FromSeconds(node["spec"]?["minReadySeconds"].Int() ?? 0);
        var labels = node["spec"]?["template"]?["metadata"]?["labels"] as JsonObject;
        var (labelled, ready, available) = (0, 0, 0);
        TimeSpan? again = null;
        foreach (var pod in pods)
        {
            labelled += LabelSelector.MatchesMap(labels, pod.Node["metadata"]?["labels"] as JsonObject) ? 1 : 0;
            if (!pod.Node.HasCondition("Ready"))
            {
                continue;
            }

            ready++;
            var rest = minimum - (now - (pod.Node.Condition("Ready")!["lastTransitionTime"].Time() ?? now));
            if (minimum == TimeSpan.Zero || rest <= TimeSpan.Zero)
            {
                available++;
            }
            else
            {
                again = again is null || rest < again ? rest : again;
            }
        }

        AddCount(status, "fullyLabeledReplicas", labelled);
        AddCount(status, "readyReplicas", ready);
        AddCount(status, "availableReplicas", available);
        status["observedGeneration"] = node["metadata"]!["generation"].AsLong() ?? 1;
        if (node["status"]?["conditions"] is { } conditions)
        {
            status["conditions"] = conditions.DeepClone();
        }

        if (refusal is not null)
        {
            Conditions.Set(status, "ReplicaFailure", "True", "FailedCreate", refusal, now);
        }
        else
        {
            Conditions.Remove(status, "ReplicaFailure");
        }

        if (!JsonNode.DeepEquals(status, node["status"]))
        {
            registry.Update(
                KnownTypes.ReplicaSets,
                replicaSet.Key.Namespace,
                replicaSet.Key.Name,
                current =>
                {
                    current["status"] = status.DeepClone();
                    return current;
                },
                WriteOptions.System,
                "status");
        }

        return again;
    }

    private static void AddCount(JsonObject status, string field, int count)
    {
        if (count > 0)
        {
            status[field] = count;
        }
    }
}
