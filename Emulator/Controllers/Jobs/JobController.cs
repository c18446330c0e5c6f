using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>Runs pods until as many have succeeded as a Job asks for, or too many have failed (k8s.io/kubernetes, pkg/controller/job).</summary>
internal sealed class JobController(Registry registry, EventRecorder events, TimeProvider time) : IController
{
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LastBackOff = TimeSpan.FromMinutes(10);

    /// <summary>Pods whose end is in a Job's status, although they still have the finalizer that kept them until then.</summary>
    private readonly ConcurrentDictionary<string, byte> counted = new();
    private WorkQueue? queue;

    public string Name => "job-controller";

    public void Watch(Informers informers, WorkQueue queue)
    {
        this.queue = queue;
        informers.On(KnownTypes.Jobs, change => queue.Add(change.Object.Key));
        informers.On(KnownTypes.Pods, change =>
        {
            if (change.Object.Node.Controller() is { } owner && owner["kind"].Text() == "Job")
            {
                queue.Add(new ResourceKey(KnownTypes.Jobs, change.Object.Key.Namespace, owner["name"].Text() ?? ""));
            }
        });
    }

    public ValueTask ReconcileAsync(ResourceKey key, CancellationToken cancellation)
    {
        var job = registry.Find(key.Type, key.Namespace, key.Name);
        var pods = registry.Store.List(KnownTypes.Pods, key.Namespace).Items
            .Where(pod => pod.Node.Controller() is { } owner && owner["kind"].Text() == "Job" && owner["name"].Text() == key.Name).ToList();
        if (job is null || job.Node.IsDeleting())
        {
            pods.ForEach(Release);
            return ValueTask.CompletedTask;
        }

        foreach (var stranger in pods.Where(pod => pod.Node.ControllerUid() != job.Node.Uid()))
        {
            Release(stranger);
        }

        Reconcile(job, [.. pods.Where(pod => pod.Node.ControllerUid() == job.Node.Uid())]);
        return ValueTask.CompletedTask;
    }

    private void Reconcile(StoredObject job, List<StoredObject> pods)
    {
        var progress = new JobProgress(job.Node, time.GetUtcNow());
        foreach (var pod in pods.Where(pod => JobProgress.HasEnded(pod.Node) && IsTracked(pod) && !counted.ContainsKey(pod.Node.Uid())))
        {
            progress.Count(pod.Node);
        }

        var active = pods.Where(pod => !JobProgress.HasEnded(pod.Node)).ToList();
        if (!progress.IsFinished)
        {
            if (progress.Judge(active) is { } verdict)
            {
                active.ForEach(Delete);
                active.Clear();
                if (verdict.Reason != "CompletionsReached")
                {
                    events.Warning(job.Node, Name, verdict.Reason, verdict.Message);
                }
                else
                {
                    events.Normal(job.Node, Name, "Completed", "Job completed");
                }
            }
            else
            {
                Manage(job, progress, active, pods);
            }
        }

        progress.Write(registry, job.Key, active, pods.Count(pod => pod.Node.IsDeleting() && !JobProgress.IsOver(pod.Node)));
        foreach (var pod in pods.Where(pod => JobProgress.HasEnded(pod.Node) && IsTracked(pod)))
        {
            counted[pod.Node.Uid()] = 0;
            Release(pod);
        }

        if (progress.IsFinished)
        {
            Expire(job);
        }
    }

    private void Manage(StoredObject job, JobProgress progress, List<StoredObject> active, List<StoredObject> pods)
    {
        if (progress.Deadline is { } deadline)
        {
            queue?.AddAfter(job.Key, deadline);
        }

        var wanted = progress.WantedActive(active.Count);
        foreach (var surplus in active.Skip(wanted).ToList())
        {
            Delete(surplus);
            active.Remove(surplus);
            events.Normal(job.Node, Name, "SuccessfulDelete", $"Deleted pod: {surplus.Key.Name}");
        }

        if (progress.IsSuspended)
        {
            if (progress.Suspend())
            {
                events.Normal(job.Node, Name, "Suspended", "Job suspended");
            }

            return;
        }

        if (active.Count < wanted && BackOff(pods) is var wait && wait > TimeSpan.Zero)
        {
            queue?.AddAfter(job.Key, wait);
            return;
        }

        while (active.Count < wanted)
        {
            try
            {
                var pod = registry.Create(KnownTypes.Pods, NewPod(job.Node), WriteOptions.System);
                active.Add(pod);
                events.Normal(job.Node, Name, "SuccessfulCreate", $"Created pod: {pod.Key.Name}");
            }
            catch (ApiException e)
            {
                events.Warning(job.Node, Name, "FailedCreate", $"Error creating: {e.Message}");
                queue?.AddAfter(job.Key, FirstBackOff);
                return;
            }
        }
    }

    /// <summary>How long to wait yet after the latest failures: twice as long each time, until a pod succeeds.</summary>
    private TimeSpan BackOff(List<StoredObject> pods)
    {
        var ended = pods.Select(pod => (pod.Node, At: JobProgress.EndedAt(pod.Node))).Where(pod => pod.At is not null).OrderByDescending(pod => pod.At).ToList();
        var failures = ended.TakeWhile(pod => pod.Node["status"]?["phase"].Text() != "Succeeded").Count();
        if (failures == 0)
        {
            return TimeSpan.Zero;
        }

        var delay = Math.Min(LastBackOff.TotalSeconds, FirstBackOff.TotalSeconds * Math.Pow(2, Math.Min(failures - 1, 10)));
        return ended[0].At!.Value + TimeSpan.FromSeconds(delay) - time.GetUtcNow();
    }

    private void Expire(StoredObject job)
    {
        var ended = (job.Node.Condition("Complete") ?? job.Node.Condition("Failed"))?["lastTransitionTime"].Time();
        if (job.Node["spec"]?["ttlSecondsAfterFinished"].AsLong() is not { } seconds || ended is null)
        {
            return;
        }

        var left = ended.Value + TimeSpan.FromSeconds(seconds) - time.GetUtcNow();
        if (left > TimeSpan.Zero)
        {
            queue?.AddAfter(job.Key, left);
        }
        else
        {
            registry.Delete(
                job.Key.Type, job.Key.Namespace, job.Key.Name, new DeletionOptions { PropagationPolicy = "Foreground", PreconditionUid = job.Node.Uid() }, WriteOptions.System);
        }
    }

    private static JsonObject NewPod(JsonObject job)
    {
        var pod = PodTemplate.NewPod(job, "batch/v1", "Job");
        pod["metadata"]!["finalizers"] = new JsonArray(JobLabels.Tracking);
        return pod;
    }

    private static bool IsTracked(StoredObject pod) => pod.Node.Finalizers().Contains(JobLabels.Tracking);

    private void Delete(StoredObject pod) => registry.Delete(KnownTypes.Pods, pod.Key.Namespace, pod.Key.Name, DeletionOptions.Default, WriteOptions.System);

    /// <summary>Lets a pod go whose end has been counted, or that nobody counts any more.</summary>
    private void Release(StoredObject pod)
    {
        if (!IsTracked(pod))
        {
            counted.TryRemove(pod.Node.Uid(), out _);
            return;
        }

        try
        {
            registry.Update(
                KnownTypes.Pods,
                pod.Key.Namespace,
                pod.Key.Name,
                node =>
                {
                    node.RemoveFinalizer(JobLabels.Tracking);
                    return node;
                },
                WriteOptions.System);
        }
        catch (ApiException e) when (e.Code == 404)
        {
            // The pod is gone, finalizer and all.
        }
    }
}
