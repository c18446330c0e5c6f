using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>Keeps as many pods of one template as a ReplicaSet asks for.</summary>
internal sealed class ReplicaSetController(Registry registry, EventRecorder events, TimeProvider time) : IController
{
    private WorkQueue? queue;

    public string Name => "replicaset-controller";

    public void Watch(Informers informers, WorkQueue queue)
    {
        this.queue = queue;
        informers.On(KnownTypes.ReplicaSets, change => queue.Add(change.Object.Key));
        informers.On(KnownTypes.Pods, change =>
        {
            Enqueue(change.Object);
            if (change.Previous is { } previous && previous.Node.ControllerUid() != change.Object.Node.ControllerUid())
            {
                Enqueue(previous);
            }
        });
    }

    public ValueTask ReconcileAsync(ResourceKey key, CancellationToken cancellation)
    {
        if (registry.Find(key.Type, key.Namespace, key.Name) is { } found)
        {
            Reconcile(found);
        }

        return ValueTask.CompletedTask;
    }

    private void Enqueue(StoredObject pod)
    {
        if (pod.Node.Controller() is { } owner)
        {
            if (owner["kind"].Text() == "ReplicaSet")
            {
                queue?.Add(new ResourceKey(KnownTypes.ReplicaSets, pod.Key.Namespace, owner["name"].Text() ?? ""));
            }

            return;
        }

        if (pod.Node.Labels().Count == 0)
        {
            return;
        }

        foreach (var replicaSet in registry.Store.List(KnownTypes.ReplicaSets, pod.Key.Namespace).Items)
        {
            if (LabelSelector.Matches(replicaSet.Node["spec"]?["selector"], pod.Node))
            {
                queue?.Add(replicaSet.Key);
            }
        }
    }

    private void Reconcile(StoredObject replicaSet)
    {
        var pods = Ownership.Claim(registry, replicaSet, "apps/v1", "ReplicaSet", Candidates(replicaSet));
        string? refusal = null;
        if (!replicaSet.Node.IsDeleting())
        {
            var missing = replicaSet.Node.Replicas() - pods.Count;
            if (missing > 0)
            {
                refusal = CreatePods(replicaSet.Node, missing, pods);
            }
            else if (missing < 0)
            {
                DeletePods(replicaSet.Node, -missing, pods);
            }
        }

        if (ReplicaSetStatus.Write(registry, replicaSet, pods, refusal, time.GetUtcNow()) is { } again)
        {
            queue?.AddAfter(replicaSet.Key, again);
        }

        if (refusal is not null)
        {
            throw new ApiException(409, "Conflict", refusal);
        }
    }

    /// <summary>Pods that count: not ended and not being deleted.</summary>
    private IEnumerable<StoredObject> Candidates(StoredObject replicaSet) =>
        registry.Store.List(KnownTypes.Pods, replicaSet.Key.Namespace).Items.Where(pod =>
            !pod.Node.IsDeleting() && pod.Node["status"]?["phase"].Text() is not ("Failed" or "Succeeded"));

    /// <summary>Creates pods until one is refused; returns the refusal.</summary>
    private string? CreatePods(JsonObject replicaSet, int count, List<StoredObject> pods)
    {
        for (var i = 0; i < count; i++)
        {
            try
            {
                var pod = registry.Create(KnownTypes.Pods, PodTemplate.NewPod(replicaSet, "apps/v1", "ReplicaSet"), WriteOptions.System);
                pods.Add(pod);
                events.Normal(replicaSet, "replicaset-controller", "SuccessfulCreate", $"Created pod: {pod.Key.Name}");
            }
            catch (ApiException e)
            {
                events.Warning(replicaSet, "replicaset-controller", "FailedCreate", $"Error creating: {e.Message}");
                return e.Message;
            }
        }

        return null;
    }

    private void DeletePods(JsonObject replicaSet, int count, List<StoredObject> pods)
    {
        var onNode = pods.GroupBy(pod => pod.Node["spec"]?["nodeName"].Text() ?? "").ToDictionary(group => group.Key, group => group.Count());

        // Those that serve least go first (controller_utils.go, ActivePodsWithRanks).
        var victims = pods
            .OrderBy(pod => pod.Node["spec"]?["nodeName"] is not null)
            .ThenBy(pod => pod.Node["status"]?["phase"].Text() is "Running")
            .ThenBy(pod => pod.Node.HasCondition("Ready"))
            .ThenBy(pod => int.TryParse(pod.Node.Annotation("controller.kubernetes.io/pod-deletion-cost"), out var cost) ? cost : 0)
            .ThenByDescending(pod => onNode[pod.Node["spec"]?["nodeName"].Text() ?? ""])
            .ThenByDescending(pod => pod.Node.Created(), StringComparer.Ordinal)
            .ThenByDescending(pod => pod.Revision)
            .Take(count)
            .ToList();
        foreach (var victim in victims)
        {
            registry.Delete(KnownTypes.Pods, victim.Key.Namespace, victim.Key.Name, DeletionOptions.Default, WriteOptions.System);
            pods.Remove(victim);
            events.Normal(replicaSet, "replicaset-controller", "SuccessfulDelete", $"Deleted pod: {victim.Key.Name}");
        }
    }
}
