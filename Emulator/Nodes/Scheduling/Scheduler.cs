using System.Text.Json.Nodes;
using Emulator.Controllers;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>Gives each pod a node: of those that can run it, the one with the fewest of its siblings, then the fewest pods.</summary>
internal sealed class Scheduler(Registry registry, EventRecorder events, TimeProvider time) : IController
{
    private const string Component = "default-scheduler";

    private static readonly WriteOptions Writer = WriteOptions.System with { User = "system:kube-scheduler", FieldManager = "kube-scheduler" };

    private readonly NodeLoad load = new();

    public string Name => Component;

    public void Watch(Informers informers, WorkQueue queue)
    {
        informers.On(KnownTypes.Pods, change =>
        {
            load.Observe(change);
            if (change.Type is not StoreEventType.Deleted && IsWaiting(change.Object.Node))
            {
                queue.Add(change.Object.Key);
            }
            else if (change.Type is StoreEventType.Deleted)
            {
                EnqueueWaiting(queue);
            }
        });
        informers.On(KnownTypes.Nodes, _ => EnqueueWaiting(queue));
    }

    public ValueTask ReconcileAsync(ResourceKey key, CancellationToken cancellation)
    {
        if (registry.Find(key.Type, key.Namespace, key.Name) is { } pod && IsWaiting(pod.Node))
        {
            if (pod.Node["spec"]?["schedulingGates"] is JsonArray { Count: > 0 })
            {
                Postpone(pod, "SchedulingGated", "Scheduling is blocked due to non-empty scheduling gates");
            }
            else
            {
                Schedule(pod);
            }
        }

        return ValueTask.CompletedTask;
    }

    private static bool IsWaiting(JsonObject pod) =>
        pod["spec"]?["nodeName"] is null && !pod.IsDeleting() && (pod["spec"]?["schedulerName"].Text() ?? Component) == Component
        && pod["status"]?["phase"].Text() is null or "Pending";

    private void EnqueueWaiting(WorkQueue queue)
    {
        foreach (var pod in load.Waiting)
        {
            queue.Add(pod);
        }
    }

    private void Schedule(StoredObject pod)
    {
        var nodes = registry.Store.List(KnownTypes.Nodes).Items.ToList();
        var refusals = new List<string>();
        StoredObject? best = null;
        var least = (Siblings: int.MaxValue, Pods: int.MaxValue);
        var owner = pod.Node.ControllerUid() ?? "";
        foreach (var node in nodes)
        {
            var count = load.Count(node.Key.Name, owner);
            if (NodeFilter.Refusal(pod.Node, node.Node, count.Pods) is { } refusal)
            {
                refusals.Add(refusal);
            }
            else if (count.CompareTo(least) < 0)
            {
                (best, least) = (node, count);
            }
        }

        if (best is null)
        {
            var message = FailureMessage(nodes.Count, refusals);
            events.Warning(pod.Node, Component, "FailedScheduling", message);
            Postpone(pod, "Unschedulable", message);
        }
        else
        {
            Bind(pod, best.Key.Name);
        }
    }

    private void Bind(StoredObject pod, string node)
    {
        registry.Update(
            KnownTypes.Pods,
            pod.Key.Namespace,
            pod.Key.Name,
            bound =>
            {
                if (bound["spec"]!["nodeName"] is not null || bound.IsDeleting() || bound.Uid() != pod.Node.Uid())
                {
                    return null;
                }

                bound["spec"]!["nodeName"] = node;
                PodConditions.Set(bound.Ensure("status"), "PodScheduled", "True", null, null, time.GetUtcNow());
                return bound;
            },
            Writer,
            "binding");
        load.Assume(pod, node);
        events.Normal(pod.Node, Component, "Scheduled", $"Successfully assigned {pod.Key.Namespace}/{pod.Key.Name} to {node}");
    }

    private void Postpone(StoredObject pod, string reason, string message) => registry.Update(
        KnownTypes.Pods,
        pod.Key.Namespace,
        pod.Key.Name,
        node =>
        {
            PodConditions.Set(node.Ensure("status"), "PodScheduled", "False", reason, message, time.GetUtcNow());
            return node;
        },
        Writer,
        "status");

    private static string FailureMessage(int nodes, List<string> refusals)
    {
        if (nodes == 0)
        {
            return "no nodes available to schedule pods";
        }

        var reasons = refusals.GroupBy(reason => reason).Select(group => $"{group.Count()} {group.Key}").Order(StringComparer.Ordinal);
        var hopeless = refusals.Count(reason => !reason.StartsWith("Insufficient", StringComparison.Ordinal) && reason != "Too many pods");
        var preemption = new List<string>();
        if (nodes - hopeless > 0)
        {
            preemption.Add($"{nodes - hopeless} No preemption victims found for incoming pod");
        }

        if (hopeless > 0)
        {
            preemption.Add($"{hopeless} Preemption is not helpful for scheduling");
        }

        return $"0/{nodes} nodes are available: {string.Join(", ", reasons)}. "
            + $"preemption: 0/{nodes} nodes are available: {string.Join(", ", preemption)}.";
    }
}
