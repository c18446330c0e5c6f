using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>Keeps a workload within a HorizontalPodAutoscaler's bounds, and says that its metrics are not known.</summary>
internal sealed class HorizontalAutoscaler(Registry registry, EventRecorder events, TimeProvider time) : IController
{
    private const string Component = "horizontal-pod-autoscaler";

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(15);

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
            foreach (var scaler in registry.Store.List(KnownTypes.HorizontalPodAutoscalers, change.Object.Key.Namespace).Items)
            {
                if (scaler.Node["spec"]?["scaleTargetRef"]?["name"].Text() == change.Object.Key.Name && change.Type is not StoreEventType.Deleted
                    && change.Object.Node.Replicas() != change.Previous?.Node.Replicas())
                {
                    queue.Add(scaler.Key);
                }
            }
        });
    }

    public ValueTask ReconcileAsync(ResourceKey key, CancellationToken cancellation)
    {
        if (registry.Find(key.Type, key.Namespace, key.Name) is { } scaler && !scaler.Node.IsDeleting())
        {
            Reconcile(scaler);
            queue?.AddAfter(key, Period);
        }

        return ValueTask.CompletedTask;
    }

    private void Reconcile(StoredObject scaler)
    {
        var spec = scaler.Node["spec"]!;
        var reference = spec["scaleTargetRef"];
        var version = reference?["apiVersion"].Text() ?? "";
        var definition = registry.Catalog.FindKind(version.Contains('/') ? version[..version.IndexOf('/')] : "", reference?["kind"].Text() ?? "");
        var name = reference?["name"].Text() ?? "";
        if (definition is null || registry.Find(definition.Type, scaler.Key.Namespace, name) is not { } target)
        {
            var what = definition is null ? $"no matches for kind \"{reference?["kind"].Text()}\" in group \"{version}\"" : $"{definition.Type} \"{name}\" not found";
            events.Warning(scaler.Node, Component, "FailedGetScale", what);
            WriteStatus(scaler, 0, 0, [("AbleToScale", "False", "FailedGetScale", $"the HPA controller was unable to get the target's current scale: {what}")]);
            return;
        }

        var current = target.Node.Replicas();
        var (least, most) = (spec["minReplicas"].Int(1), spec["maxReplicas"].Int(1));
        if (current == 0 && least != 0)
        {
            WriteStatus(scaler, 0, 0,
            [
                ("AbleToScale", "True", "SucceededGetScale", "the HPA controller was able to get the target's current scale"),
                ("ScalingActive", "False", "ScalingDisabled", "scaling is disabled since the replica count of the target is zero"),
            ]);
        }
        else if (current < least || current > most)
        {
            Scale(scaler, target, current, current < least ? least : most, current < least
                ? "Current number of replicas below Spec.MinReplicas"
                : "Current number of replicas above Spec.MaxReplicas");
        }
        else
        {
            SayUnknown(scaler, current);
        }
    }

    private void Scale(StoredObject scaler, StoredObject target, int current, int wanted, string reason)
    {
        registry.Update(
            target.Key.Type,
            target.Key.Namespace,
            target.Key.Name,
            node =>
            {
                node["spec"]!["replicas"] = wanted;
                return node;
            },
            WriteOptions.System);
        events.Normal(scaler.Node, Component, "SuccessfulRescale", $"New size: {wanted}; reason: {reason}");
        WriteStatus(scaler, current, wanted,
            [("AbleToScale", "True", "SucceededRescale", $"the HPA controller was able to update the target scale to {wanted}")]);
    }

    private void SayUnknown(StoredObject scaler, int current)
    {
        var resource = scaler.Node["spec"]?["metrics"].Items().Select(metric => metric["resource"]?["name"].Text()).FirstOrDefault(item => item is not null) ?? "cpu";
        var why = $"unable to get metrics for resource {resource}: embedded nodes do not measure pods one by one; a lab with real containers does: --mode k3s";
        events.Warning(scaler.Node, Component, "FailedGetResourceMetric", $"failed to get {resource} utilization: {why}");
        WriteStatus(scaler, current, 0,
        [
            ("AbleToScale", "True", "SucceededGetScale", "the HPA controller was able to get the target's current scale"),
            ("ScalingActive", "False", "FailedGetResourceMetric",
                $"the HPA was unable to compute the replica count: failed to get {resource} utilization: {why}"),
        ]);
    }

    private void WriteStatus(
        StoredObject scaler, int current, int desired, IReadOnlyList<(string Type, string Status, string Reason, string Message)> conditions) => registry.Update(
        scaler.Key.Type,
        scaler.Key.Namespace,
        scaler.Key.Name,
        node =>
        {
            var status = node.Ensure("status");
            status["desiredReplicas"] = desired;
            if (current > 0)
            {
                status["currentReplicas"] = current;
            }

            status["currentMetrics"] = null;
            foreach (var (type, value, reason, message) in conditions)
            {
                Conditions.Set(status, type, value, reason, message, time.GetUtcNow());
            }

            return node;
        },
        WriteOptions.System,
        "status");
}
