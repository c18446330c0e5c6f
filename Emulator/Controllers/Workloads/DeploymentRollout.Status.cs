using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>What a Deployment says of itself: counts, and whether it is available, moving, stuck or done.</summary>
internal sealed partial class DeploymentRollout
{
    private static readonly string[] Counts = ["replicas", "updatedReplicas", "readyReplicas", "availableReplicas", "unavailableReplicas"];

    // Written together with the counts, so that a rollout costs few revisions.
    private (string Reason, string Message, bool Always)? progress;

    private int Deadline => deployment["spec"]?["progressDeadlineSeconds"].Int(600) ?? 600;

    private bool HasDeadline => Deadline is > 0 and < int.MaxValue;

    /// <summary>Notes the beginning and the end of a pause, so that the progress deadline does not count it.</summary>
    public void NotePause()
    {
        var reason = deployment.Condition("Progressing")?["reason"].Text();
        if (!HasDeadline || reason is "ProgressDeadlineExceeded" || IsPaused == (reason == "DeploymentPaused"))
        {
            return;
        }

        UpdateDeployment(node => Conditions.Set(
            node.Ensure("status"), "Progressing", "Unknown", IsPaused ? "DeploymentPaused" : "DeploymentResumed",
            IsPaused ? "Deployment is paused" : "Deployment is resumed", time.GetUtcNow(), updates: true));
    }

    /// <summary>Writes the status when it changed; returns when to look again for a deadline, or null.</summary>
    public TimeSpan? WriteStatus()
    {
        var status = CalculateStatus();
        if (progress is { } noted && HasDeadline && (noted.Always || deployment.Condition("Progressing") is null))
        {
            Conditions.Set(status, "Progressing", "True", noted.Reason, noted.Message, time.GetUtcNow(), updates: true);
        }

        if (!IsPaused && !stored.Node.IsDeleting())
        {
            JudgeProgress(status);
        }

        if (!JsonNode.DeepEquals(status, deployment["status"]))
        {
            UpdateDeployment(node => node["status"] = status.DeepClone());
        }

        var since = deployment.Condition("Progressing") is { } current && current["reason"].Text() is not ("NewReplicaSetAvailable" or "ProgressDeadlineExceeded")
            ? current["lastUpdateTime"].Time()
            : null;
        return HasDeadline && since is { } start && !IsPaused
            ? start.AddSeconds(Deadline + 1) - time.GetUtcNow() is { } rest && rest > TimeSpan.Zero ? rest : null
            : null;
    }

    private void NoteProgress(string reason, string message, bool always = false)
    {
        if (progress is null || always)
        {
            progress = (reason, message, always);
        }
    }

    private JsonObject CalculateStatus()
    {
        var status = new JsonObject { ["observedGeneration"] = deployment["metadata"]!["generation"].AsLong() ?? 1 };
        var available = owned.Sum(item => item.Node.Available());
        int[] numbers =
        [
            owned.Sum(item => item.Node.Actual()),
            newest?.Node.Actual() ?? 0,
            owned.Sum(item => item.Node["status"]?["readyReplicas"].Int() ?? 0),
            available,
            Math.Max(0, owned.Sum(item => item.Node.Replicas()) - available),
        ];
        for (var i = 0; i < Counts.Length; i++)
        {
            if (numbers[i] > 0)
            {
                status[Counts[i]] = numbers[i];
            }
        }

        if (deployment["status"]?["conditions"] is { } conditions)
        {
            status["conditions"] = conditions.DeepClone();
        }

        status.CopyFrom(deployment["status"] as JsonObject ?? [], "collisionCount");
        var enough = available >= deployment.Replicas() - RolloutArithmetic.Bounds(deployment).Unavailable;
        Conditions.Set(
            status, "Available", enough ? "True" : "False", enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
            enough ? "Deployment has minimum availability." : "Deployment does not have minimum availability.", time.GetUtcNow(), updates: true);
        return status;
    }

    private bool IsDone(JsonObject status) =>
        status["updatedReplicas"].Int() == deployment.Replicas()
        && status["replicas"].Int() == deployment.Replicas()
        && status["availableReplicas"].Int() == deployment.Replicas();

    private void JudgeProgress(JsonObject status)
    {
        var now = time.GetUtcNow();
        var current = status["conditions"].Items().FirstOrDefault(condition => condition["type"].Text() == "Progressing");
        var name = newest?.Key.Name;
        var subject = name is null ? $"Deployment \"{stored.Key.Name}\"" : $"ReplicaSet \"{name}\"";
        if (!HasDeadline)
        {
            Conditions.Remove(status, "Progressing");
        }
        else if (current?["reason"].Text() != "NewReplicaSetAvailable" || status["replicas"].Int() != status["updatedReplicas"].Int())
        {
            if (IsDone(status))
            {
                Conditions.Set(status, "Progressing", "True", "NewReplicaSetAvailable", $"{subject} has successfully progressed.", now, updates: true);
            }
            else if (HasMoved(status))
            {
                Conditions.Renew(status, "Progressing", "True", "ReplicaSetUpdated", $"{subject} is progressing.", now);
            }
            else if (IsLate(current, now))
            {
                Conditions.Set(status, "Progressing", "False", "ProgressDeadlineExceeded", $"{subject} has timed out progressing.", now, updates: true);
            }
        }

        var failure = owned.Select(item => item.Node.Condition("ReplicaFailure")).FirstOrDefault(condition => condition is not null);
        if (failure is not null)
        {
            Conditions.Set(
                status, "ReplicaFailure", failure["status"].Text() ?? "True", failure["reason"].Text() ?? "", failure["message"].Text() ?? "", now, updates: true);
        }
        else
        {
            Conditions.Remove(status, "ReplicaFailure");
        }
    }

    private bool HasMoved(JsonObject status)
    {
        var old = deployment["status"];
        int Before(string field) => old?[field].Int() ?? 0;
        return status["updatedReplicas"].Int() > Before("updatedReplicas")
            || status["replicas"].Int() - status["updatedReplicas"].Int() < Before("replicas") - Before("updatedReplicas")
            || status["readyReplicas"].Int() > Before("readyReplicas")
            || status["availableReplicas"].Int() > Before("availableReplicas");
    }

    private bool IsLate(JsonObject? progressing, DateTimeOffset now) =>
        progressing is not null
        && progressing["reason"].Text() != "NewReplicaSetAvailable"
        && (progressing["reason"].Text() == "ProgressDeadlineExceeded"
            || progressing["lastUpdateTime"].Time()?.AddSeconds(Deadline) < now);
}
