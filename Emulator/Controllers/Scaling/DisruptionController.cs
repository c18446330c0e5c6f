using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>Counts how many pods of a PodDisruptionBudget may be evicted now.</summary>
internal sealed class DisruptionController(Registry registry, TimeProvider time) : IController
{
    public string Name => "disruption-controller";

    public void Watch(Informers informers, WorkQueue queue)
    {
        informers.On(KnownTypes.PodDisruptionBudgets, change => queue.Add(change.Object.Key));
        informers.On(KnownTypes.Pods, change =>
        {
            foreach (var budget in registry.Store.List(KnownTypes.PodDisruptionBudgets, change.Object.Key.Namespace).Items)
            {
                if (ServiceEndpoints.Matters(change) && LabelSelector.Matches(budget.Node["spec"]?["selector"], change.Object.Node))
                {
                    queue.Add(budget.Key);
                }
            }
        });
    }

    public ValueTask ReconcileAsync(ResourceKey key, CancellationToken cancellation)
    {
        if (registry.Find(key.Type, key.Namespace, key.Name) is { } budget && !budget.Node.IsDeleting())
        {
            Write(budget);
        }

        return ValueTask.CompletedTask;
    }

    private void Write(StoredObject budget)
    {
        var spec = budget.Node["spec"];
        var pods = registry.Store.List(KnownTypes.Pods, budget.Key.Namespace).Items
            .Where(pod => LabelSelector.Matches(spec?["selector"], pod.Node) && pod.Node["status"]?["phase"].Text() is not ("Succeeded" or "Failed"))
            .ToList();
        var healthy = pods.Count(pod => pod.Node.HasCondition("Ready") && !pod.Node.IsDeleting());
        var (expected, desired) = Expect(spec, pods);
        var allowed = expected > 0 ? Math.Max(0, healthy - desired) : 0;
        registry.Update(
            budget.Key.Type,
            budget.Key.Namespace,
            budget.Key.Name,
            node =>
            {
                var status = new JsonObject();
                if (node["status"]?["conditions"] is { } conditions)
                {
                    status["conditions"] = conditions.DeepClone();
                }

                status["currentHealthy"] = healthy;
                status["desiredHealthy"] = desired;
                status["disruptionsAllowed"] = allowed;
                status["expectedPods"] = expected;
                status["observedGeneration"] = node["metadata"]?["generation"].AsLong() ?? 1;
                SetCondition(status, allowed, node["metadata"]?["generation"].AsLong() ?? 1);
                node["status"] = status;
                return node;
            },
            WriteOptions.System,
            "status");
    }

    private void SetCondition(JsonObject status, int allowed, long generation)
    {
        Conditions.Set(
            status, "DisruptionAllowed", allowed > 0 ? "True" : "False", allowed > 0 ? "SufficientPods" : "InsufficientPods", "", time.GetUtcNow());
        status["conditions"].Items().First(condition => condition["type"].Text() == "DisruptionAllowed")["observedGeneration"] = generation;
    }

    private (int Expected, int Desired) Expect(JsonNode? spec, List<StoredObject> pods)
    {
        if (spec?["maxUnavailable"] is { } most)
        {
            var total = Total(pods);
            return (total, Math.Max(0, total - RolloutArithmetic.Resolve(most, total, roundUp: true)));
        }

        var least = spec?["minAvailable"];
        if (least?.AsLong() is { } number)
        {
            return (pods.Count, (int)number);
        }

        var expected = Total(pods);
        return (expected, least is null ? 1 : RolloutArithmetic.Resolve(least, expected, roundUp: true));
    }

    /// <summary>How many pods the workloads behind these pods ask for.</summary>
    private int Total(List<StoredObject> pods)
    {
        var total = 0;
        foreach (var group in pods.GroupBy(pod => pod.Node.Controller()?["name"].Text()))
        {
            var owner = group.Key is null ? null : registry.Find(KnownTypes.ReplicaSets, group.First().Key.Namespace, group.Key);
            total += owner?.Node.Replicas() ?? group.Count();
        }

        return total;
    }
}
