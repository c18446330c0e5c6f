using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Emulator.Api.Subresources;
using Emulator.Nodes;
using Emulator.Storage;
using PodSelector = Emulator.Api.Resources.LabelSelector;

namespace Emulator.Controllers;

/// <summary>Scales a workload by what its pods use, within a HorizontalPodAutoscaler's bounds (k8s.io/kubernetes, pkg/controller/podautoscaler).</summary>
internal sealed class HorizontalAutoscaler(
    ClusterOptions options, Registry registry, ResourceMetrics metrics, EventRecorder events, TimeProvider time) : IController
{
    private const string Component = "horizontal-pod-autoscaler";

    private readonly ConcurrentDictionary<ResourceKey, ScalingHistory> histories = new();
    private WorkQueue? queue;

    public string Name => Component;

    public void Watch(Informers informers, WorkQueue queue)
    {
        this.queue = queue;
        informers.On(KnownTypes.HorizontalPodAutoscalers, change =>
        {
            // Its own writes of the status need no new look.
            if (change.Type is not StoreEventType.Modified || !JsonNode.DeepEquals(change.Object.Node["spec"], change.Previous?.Node["spec"]))
            {
                queue.Add(change.Object.Key);
            }
        });
        informers.On(KnownTypes.Deployments, change =>
        {
            // Somebody has scaled it past the bounds: that need not wait for the next period.
            foreach (var scaler in change.Type is StoreEventType.Deleted ? [] : registry.Store.List(KnownTypes.HorizontalPodAutoscalers, change.Object.Key.Namespace).Items)
            {
                var spec = scaler.Node["spec"];
                var replicas = change.Object.Node.Replicas();
                if (spec?["scaleTargetRef"]?["name"].Text() == change.Object.Key.Name && replicas != change.Previous?.Node.Replicas()
                    && (replicas < spec["minReplicas"].Int(1) || replicas > spec["maxReplicas"].Int(1)))
                {
                    queue.Add(scaler.Key);
                }
            }
        });
    }

    public ValueTask ReconcileAsync(ResourceKey key, CancellationToken cancellation)
    {
        if (registry.Find(key.Type, key.Namespace, key.Name) is not { } scaler)
        {
            histories.TryRemove(key, out _);
        }
        else if (!scaler.Node.IsDeleting())
        {
            Reconcile(scaler, histories.GetOrAdd(key, _ => new ScalingHistory()));
            queue?.AddAfter(key, 3 * options.MetricsPeriod);
        }

        return ValueTask.CompletedTask;
    }

    private void Reconcile(StoredObject scaler, ScalingHistory history)
    {
        var now = time.GetUtcNow();
        var spec = scaler.Node["spec"]!;
        var status = new ScalerStatus(scaler, now);
        if (FindTarget(scaler, status) is not { } found)
        {
            Write(scaler, status);
            return;
        }

        var (target, paths) = found;
        var current = (int)paths.Replicas(target.Node);
        var (least, most) = (spec["minReplicas"].Int(1), spec["maxReplicas"].Int(1));
        status.Set("AbleToScale", true, "SucceededGetScale", "the HPA controller was able to get the target's current scale");
        history.Begin(current, now);
        var (desired, reason) = (current, "");
        if (current == 0 && least != 0)
        {
            status.Set("ScalingActive", false, "ScalingDisabled", "scaling is disabled since the replica count of the target is zero");
            status.Size(0, 0, []);
        }
        else if (current > most || current < least)
        {
            (desired, reason) = current > most ? (most, "Current number of replicas above Spec.MaxReplicas") : (least, "Current number of replicas below Spec.MinReplicas");
        }
        else if (Measure(scaler, target, paths, current, status) is not { } proposal)
        {
            Write(scaler, status);
            return;
        }
        else
        {
            reason = proposal.Replicas > current ? $"{proposal.Metric} above target" : "All metrics below target";
            var decision = new ScalingRules(spec, history, now).Decide(current, proposal.Replicas);
            status.Set("AbleToScale", true, decision.Able.Reason, decision.Able.Message);
            status.Set("ScalingLimited", decision.IsLimited, decision.Limit.Reason, decision.Limit.Message);
            desired = decision.Replicas;
        }

        if (desired != current)
        {
            Scale(scaler, target, paths, desired, reason, status);
            history.Scaled(desired - current, now, ScalingRules.Longest);
        }

        status.Size(current, desired, null);
        Write(scaler, status);
    }

    private (StoredObject Target, ScalePaths Paths)? FindTarget(StoredObject scaler, ScalerStatus status)
    {
        var reference = scaler.Node["spec"]?["scaleTargetRef"];
        var (group, version) = (reference?["apiVersion"].Text() ?? "").Split('/') is [var named, var second] ? (named, second) : ("", "v1");
        var kind = reference?["kind"].Text() ?? "";
        var name = reference?["name"].Text() ?? "";
        var definition = registry.Catalog.FindKind(group, kind);
        if (definition is { HasScale: true } && registry.Find(definition.Type, scaler.Key.Namespace, name) is { } target)
        {
            return (target, ScalePaths.Of(registry, definition, version));
        }

        var what = definition is null ? $"no matches for kind \"{kind}\" in group \"{group}\""
            : definition.HasScale ? $"{definition.Type} \"{name}\" not found" : "the server could not find the requested resource";
        events.Warning(scaler.Node, Component, "FailedGetScale", what);
        status.Set("AbleToScale", false, "FailedGetScale", $"the HPA controller was unable to get the target's current scale: {what}");
        return null;
    }

    private (int Replicas, string Metric)? Measure(StoredObject scaler, StoredObject target, ScalePaths paths, int current, ScalerStatus status)
    {
        var ns = scaler.Key.Namespace;
        if (paths.Selector(target.Node) is not { Length: > 0 } text)
        {
            events.Warning(scaler.Node, Component, "SelectorRequired", "selector is required");
            status.Set("ScalingActive", false, "InvalidSelector", "the HPA target's scale is missing a selector");
            status.Size(current, null, null);
            return null;
        }

        if (Rivals(scaler) is { Count: > 1 } rivals)
        {
            var message = $"pods by selector {text} are controlled by multiple HPAs: [{string.Join(' ', rivals)}]";
            events.Warning(scaler.Node, Component, "AmbiguousSelector", message);
            events.Warning(scaler.Node, Component, "FailedComputeMetricsReplicas", message);
            status.Set("ScalingActive", false, "AmbiguousSelector", message);
            status.Size(current, null, null);
            return null;
        }

        var selector = PodSelector.Parse(text);
        var pods = registry.Store.List(KnownTypes.Pods, ns).Items.Select(pod => pod.Node).Where(selector.Matches).ToList();
        var specs = scaler.Node["spec"]?["metrics"].Items().ToList() ?? [];
        var results = new ScalingMetrics(pods, pod => metrics.Find(ns, pod.Name()), current, ns, time.GetUtcNow());
        specs.ForEach(results.Add);
        foreach (var (reason, message, _) in results.Failures)
        {
            events.Warning(scaler.Node, Component, reason, message);
        }

        if (results.Best is { } best && (results.Failures.Count == 0 || best.Replicas >= current))
        {
            status.Set("ScalingActive", true, "ValidMetricFound", $"the HPA was able to successfully calculate a replica count from {best.Metric}");
            status.Size(current, null, results.Current);
            return best;
        }

        var first = results.Failures.Count > 0 ? results.Failures[0] : ("InvalidMetricSourceType", "the autoscaler has no metrics", "the autoscaler has no metrics");
        status.Set("ScalingActive", false, first.Item1, $"the HPA was unable to compute the replica count: {first.Item2}");
        status.Size(current, null, results.Current);
        events.Warning(
            scaler.Node, Component, "FailedComputeMetricsReplicas", $"invalid metrics ({results.Failures.Count} invalid out of {specs.Count}), first error is: {first.Item3}");
        return null;
    }

    /// <summary>All autoscalers of the same target, this one included.</summary>
    private List<string> Rivals(StoredObject scaler) =>
    [
        .. registry.Store.List(scaler.Key.Type, scaler.Key.Namespace).Items
            .Where(other => JsonNode.DeepEquals(other.Node["spec"]?["scaleTargetRef"], scaler.Node["spec"]?["scaleTargetRef"]))
            .Select(other => $"{other.Key.Namespace}/{other.Key.Name}"),
    ];

    private void Scale(StoredObject scaler, StoredObject target, ScalePaths paths, int desired, string reason, ScalerStatus status)
    {
        try
        {
            registry.Update(
                target.Key.Type,
                target.Key.Namespace,
                target.Key.Name,
                node =>
                {
                    paths.SetReplicas(node, desired);
                    return node;
                },
                WriteOptions.System,
                "scale");
        }
        catch (ApiException e)
        {
            events.Warning(scaler.Node, Component, "FailedRescale", $"New size: {desired}; reason: {reason}; error: {e.Message}");
            status.Set("AbleToScale", false, "FailedUpdateScale", $"the HPA controller was unable to update the target scale: {e.Message}");
            Write(scaler, status);
            throw;
        }

        events.Normal(scaler.Node, Component, "SuccessfulRescale", $"New size: {desired}; reason: {reason}");
        status.Set("AbleToScale", true, "SucceededRescale", $"the HPA controller was able to update the target scale to {desired}");
        status.LastScaled();
    }

    private void Write(StoredObject scaler, ScalerStatus status) =>
        registry.Update(scaler.Key.Type, scaler.Key.Namespace, scaler.Key.Name, status.Apply, WriteOptions.System, "status");
}
