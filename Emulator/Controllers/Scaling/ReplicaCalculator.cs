using System.Text.Json.Nodes;
using Emulator.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>How many replicas a resource metric asks for (k8s.io/kubernetes, pkg/controller/podautoscaler/replica_calculator.go).</summary>
/// <param name="pods">The pods of the scaled object.</param>
/// <param name="find">What a pod uses; null: not measured.</param>
/// <param name="resource">cpu or memory.</param>
/// <param name="container">The one container that counts; null: the whole pod.</param>
internal sealed class ReplicaCalculator(IReadOnlyList<JsonObject> pods, Func<JsonObject, PodUsage?> find, string resource, string? container, DateTimeOffset now)
{
    private const double Tolerance = 0.1;

    private static readonly TimeSpan CpuInitialization = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan InitialReadiness = TimeSpan.FromSeconds(30);

    /// <summary>Compares what pods use with a share of what they request.</summary>
    /// <exception cref="MetricException">There are no pods, no metrics, or no requests.</exception>
    public ReplicaProposal ForUtilization(int current, int target)
    {
        var (values, ready, unready, missing) = Measure();
        var requests = pods.ToDictionary(pod => pod.Name(), RequestMilli);
        DropOthers(values, unready);
        var (ratio, utilization, average) = UtilizationRatio(values, requests, target);
        var replicas = Propose(
            current, ratio, ready, unready, missing, values, pod => requests[pod] * Math.Max(100, target) / 100, changed => UtilizationRatio(changed, requests, target).Ratio);
        return new ReplicaProposal(replicas, utilization, average);
    }

    /// <summary>Compares what pods use on average with an amount, in thousandths.</summary>
    /// <exception cref="MetricException">There are no pods or no metrics.</exception>
    public ReplicaProposal ForAverage(int current, long targetMilli)
    {
        var (values, ready, unready, missing) = Measure();
        DropOthers(values, unready);
        double Ratio(Dictionary<string, long> all) => (double)(all.Values.Sum() / all.Count) / targetMilli;
        var average = values.Values.Sum() / values.Count;
        return new ReplicaProposal(Propose(current, Ratio(values), ready, unready, missing, values, _ => targetMilli, Ratio), null, average);
    }

    private static int Propose(
        int current, double ratio, int ready, HashSet<string> unready, HashSet<string> missing, Dictionary<string, long> values,
        Func<string, long> whole, Func<Dictionary<string, long>, double> ratioOf)
    {
        var rebalances = unready.Count > 0 && ratio > 1;
        if (!rebalances && missing.Count == 0)
        {
            return Math.Abs(1 - ratio) <= Tolerance ? current : (int)Math.Ceiling(ratio * ready);
        }

        // The cautious assumption: without metrics a pod uses all it may when scaling down, and nothing when scaling up.
        foreach (var pod in missing)
        {
            values[pod] = ratio < 1 ? whole(pod) : 0;
        }

        foreach (var pod in rebalances ? unready : [])
        {
            values[pod] = 0;
        }

        var changed = ratioOf(values);
        if (Math.Abs(1 - changed) <= Tolerance || ratio < 1 && changed > 1 || ratio > 1 && changed < 1)
        {
            return current;
        }

        var replicas = (int)Math.Ceiling(changed * values.Count);
        return changed < 1 && replicas > current || changed > 1 && replicas < current ? current : replicas;
    }

    /// <summary>The usage of each pod in thousandths, how many of them are ready, and the names of those that are not, or have no metrics.</summary>
    private (Dictionary<string, long> Values, int Ready, HashSet<string> Unready, HashSet<string> Missing) Measure()
    {
        var usages = new Dictionary<string, PodUsage>();
        foreach (var pod in pods)
        {
            if (find(pod) is { } usage)
            {
                usages[pod.Name()] = usage;
            }
        }

        if (usages.Count == 0)
        {
            throw new MetricException($"unable to get metrics for resource {resource}: no metrics returned from resource metrics API");
        }

        var values = usages.ToDictionary(entry => entry.Key, entry => Milli(entry.Key, entry.Value));
        var (ready, unready, missing) = (0, new HashSet<string>(), new HashSet<string>());
        foreach (var pod in pods)
        {
            var phase = pod["status"]?["phase"].Text();
            if (pod.IsDeleting() || phase == "Failed")
            {
                values.Remove(pod.Name());
            }
            else if (phase == "Pending")
            {
                unready.Add(pod.Name());
            }
            else if (!usages.TryGetValue(pod.Name(), out var usage))
            {
                missing.Add(pod.Name());
            }
            else if (resource == "cpu" && IsUnready(pod, usage))
            {
                unready.Add(pod.Name());
            }
            else
            {
                ready++;
            }
        }

        return (values, ready, unready, missing);
    }

    /// <summary>Whether the CPU time of a pod says nothing yet: it is starting, or was measured partly before it was ready.</summary>
    private bool IsUnready(JsonObject pod, PodUsage usage)
    {
        if (pod.Condition("Ready") is not { } condition || pod["status"]?["startTime"].Time() is not { } started)
        {
            return true;
        }

        var isFalse = condition["status"].Text() == "False";
        var changed = condition["lastTransitionTime"].Time() ?? started;
        return started + CpuInitialization > now
            ? isFalse || usage.Taken < changed + usage.Window
            : isFalse && started + InitialReadiness > changed;
    }

    private long Milli(string pod, PodUsage usage)
    {
        var counted = usage.Containers.Where(item => container is null || item.Name == container).ToList();
        if (counted.Count == 0)
        {
            throw new MetricException($"unable to get metrics for resource {resource}: container {container} not present in metrics for pod {pods[0].Namespace()}/{pod}");
        }

        return counted.Sum(item => resource == "cpu" ? (item.Usage.Nanocores + 999_999) / 1_000_000 : item.Usage.Bytes * 1000);
    }

    private static void DropOthers(Dictionary<string, long> values, HashSet<string> unready)
    {
        foreach (var pod in unready)
        {
            values.Remove(pod);
        }

        if (values.Count == 0)
        {
            throw new MetricException("did not receive metrics for targeted pods (pods might be unready)");
        }
    }

    private long RequestMilli(JsonObject pod)
    {
        var sidecars = (pod["spec"]?["initContainers"].Items() ?? []).Where(item => item["restartPolicy"].Text() == "Always");
        var counted = (pod["spec"]?["containers"].Items() ?? []).Concat(sidecars).Where(item => container is null || item["name"].Text() == container);
        return counted.Sum(item => Quantity.Parse(item["resources"]?["requests"]?[resource].Text()) is { } requested
            ? (long)Math.Ceiling(requested * 1000)
            : throw new MetricException($"missing request for {resource} in container {item["name"].Text()} of Pod {pod.Name()}"));
    }

    private static (double Ratio, int Utilization, long AverageMilli) UtilizationRatio(
        Dictionary<string, long> values, Dictionary<string, long> requests, int target)
    {
        var known = values.Where(entry => requests.ContainsKey(entry.Key)).ToList();
        var requested = known.Sum(entry => requests[entry.Key]);
        if (requested == 0)
        {
            throw new MetricException("no metrics returned matched known pods");
        }

        var used = known.Sum(entry => entry.Value);
        var utilization = (int)(used * 100 / requested);
        return ((double)utilization / target, utilization, used / known.Count);
    }
}
