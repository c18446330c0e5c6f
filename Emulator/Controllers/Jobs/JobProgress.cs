using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>How far a Job has come, and what its status says of it.</summary>
internal sealed class JobProgress
{
    private readonly JsonObject spec;
    private readonly JsonObject status;
    private readonly DateTimeOffset now;
    private bool isSuccess;

    public JobProgress(JsonObject job, DateTimeOffset now)
    {
        this.now = now;
        spec = (JsonObject)job["spec"]!;
        status = job["status"]?.DeepClone() as JsonObject ?? [];
        IsSuspended = spec["suspend"].IsTrue();
        if (!IsSuspended && !IsFinished)
        {
            status["startTime"] ??= Registry.Timestamp(now);
            if (Find("Suspended")?["status"].Text() == "True")
            {
                Set("Suspended", "False", "JobResumed", "Job resumed");
            }
        }
    }

    public bool IsSuspended { get; }

    public bool IsFinished => Holds("Complete") || Holds("Failed");

    /// <summary>How long until the Job has been active for as long as it may; null: it may for ever.</summary>
    public TimeSpan? Deadline => spec["activeDeadlineSeconds"].AsLong() is { } seconds && status["startTime"].Time() is { } started
        ? started + TimeSpan.FromSeconds(seconds) - now
        : null;

    /// <summary>Whether a pod counts as succeeded or failed: it has ended, or is being deleted before that.</summary>
    public static bool HasEnded(JsonObject pod) => IsOver(pod) || pod.IsDeleting();

    public static bool IsOver(JsonObject pod) => pod["status"]?["phase"].Text() is "Succeeded" or "Failed";

    /// <summary>When the last container of an ended pod ended.</summary>
    public static DateTimeOffset? EndedAt(JsonObject pod) => HasEnded(pod)
        ? (pod["status"]?["containerStatuses"].Items() ?? []).Select(item => item["state"]?["terminated"]?["finishedAt"].Time()).Max() ?? pod["metadata"]?["deletionTimestamp"].Time()
        : null;

    /// <summary>Takes the end of a pod into the status.</summary>
    public void Count(JsonObject pod)
    {
        var field = pod["status"]?["phase"].Text() == "Succeeded" ? "succeeded" : "failed";
        status[field] = status[field].Int() + 1;
    }

    /// <summary>Ends the Job if it has succeeded or failed; null: it goes on.</summary>
    public (string Reason, string Message)? Judge(IReadOnlyList<StoredObject> active)
    {
        var (succeeded, failed) = (status["succeeded"].Int(), status["failed"].Int());
        var limit = spec["backoffLimit"].Int(6);
        var restarts = spec["template"]?["spec"]?["restartPolicy"].Text() == "OnFailure"
            ? active.Sum(pod => (pod.Node["status"]?["containerStatuses"].Items() ?? []).Sum(item => item["restartCount"].Int())) : 0;
        if (failed > limit || restarts > 0 && restarts >= limit)
        {
            return End("FailureTarget", "Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit");
        }

        if (Deadline <= TimeSpan.Zero)
        {
            return End("FailureTarget", "Failed", "DeadlineExceeded", "Job was active longer than specified deadline");
        }

        isSuccess = spec["completions"].AsLong() is { } completions ? succeeded >= completions : succeeded > 0 && active.Count == 0;
        return isSuccess ? End("SuccessCriteriaMet", "Complete", "CompletionsReached", "Reached expected number of succeeded pods") : null;
    }

    /// <summary>How many pods are to run now.</summary>
    public int WantedActive(int active)
    {
        var parallelism = IsSuspended ? 0 : spec["parallelism"].Int(1);
        var succeeded = status["succeeded"].Int();
        return spec["completions"].AsLong() is { } completions ? (int)Math.Min(parallelism, Math.Max(0, completions - succeeded))
            : succeeded > 0 ? Math.Min(active, parallelism) : parallelism;
    }

    /// <summary>Notes that the Job is suspended; whether that is new.</summary>
    public bool Suspend()
    {
        status.Remove("startTime");
        var isNew = Find("Suspended")?["status"].Text() != "True";
        Set("Suspended", "True", "JobSuspended", "Job suspended");
        return isNew;
    }

    public void Write(Registry registry, ResourceKey key, IReadOnlyList<StoredObject> active, int terminating)
    {
        if (active.Count > 0)
        {
            status["active"] = active.Count;
        }
        else
        {
            status.Remove("active");
        }

        status["ready"] = active.Count(pod => pod.Node.HasCondition("Ready"));
        status["terminating"] = terminating;
        status["uncountedTerminatedPods"] = new JsonObject();
        registry.Update(
            key.Type,
            key.Namespace,
            key.Name,
            node =>
            {
                node["status"] = status.DeepClone();
                return node;
            },
            WriteOptions.System,
            "status");
    }

    private (string Reason, string Message) End(string first, string last, string reason, string message)
    {
        Set(first, "True", reason, message);
        Set(last, "True", reason, message);
        if (isSuccess)
        {
            status["completionTime"] = Registry.Timestamp(now);
        }

        return (reason, message);
    }

    private bool Holds(string type) => Find(type)?["status"].Text() == "True";

    private JsonObject? Find(string type) => Conditions.Find(status, type);

    private void Set(string type, string value, string reason, string message)
    {
        var conditions = Conditions.In(status);
        var old = Find(type);
        if (old?["status"].Text() == value)
        {
            return;
        }

        if (old is not null)
        {
            conditions.Remove(old);
        }

        conditions.Add(new JsonObject
        {
            ["type"] = type,
            ["status"] = value,
            ["lastProbeTime"] = Registry.Timestamp(now),
            ["lastTransitionTime"] = Registry.Timestamp(now),
            ["reason"] = reason,
            ["message"] = message,
        });
    }
}
