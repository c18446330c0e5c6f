using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using GlobalIngress.Fleet;
using GlobalIngress.Kubernetes;
using GlobalIngress.Resources;

namespace GlobalIngress.Controller;

/// <summary>Writes into the config cluster: finalizers, statuses, annotations and events.</summary>
internal sealed class ConfigReconciler(
    ConfigCluster config, IngressStatus status, EventRecorder events, TimeProvider time, ILogger<ConfigReconciler> logger)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly Signal signal = new();
    private readonly Dictionary<string, string?> generations = [];
    private readonly Dictionary<string, string> reported = [];
    private FleetView? latest;

    public void Take(FleetView view)
    {
        Volatile.Write(ref latest, view);
        signal.Set();
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await signal.WaitAsync(cancellation);
            var view = Volatile.Read(ref latest)!;
            var complete = true;
            foreach (var state in view.Services)
            {
                complete &= await TryAsync(() => ServiceAsync(state, cancellation));
            }

            foreach (var state in view.Ingresses)
            {
                complete &= await TryAsync(() => IngressAsync(state, view, cancellation));
            }

            if (!complete)
            {
                signal.SetAfter(RetryPause, cancellation);
            }
        }
    }

    private async Task<bool> TryAsync(Func<Task> reconcile)
    {
        try
        {
            await reconcile();
            return true;
        }
        catch (KubeException error)
        {
            // A conflict means that a newer version is about to arrive from the watch.
            if (error.Status != HttpStatusCode.Conflict)
            {
                logger.LogWarning("{Problem}", error.Message);
            }

            return false;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            logger.LogError(error, "Reconciling failed; it is tried again");
            return false;
        }
    }

    private async Task ServiceAsync(ServiceState state, CancellationToken cancellation)
    {
        var item = state.Service.Source;
        if (!await OwnAsync(KubeResource.MultiClusterServices, item, MultiClusterService.Finalizer, cancellation))
        {
            return;
        }

        Report(item, [.. state.Problems, .. state.Warnings]);
        await ConditionsAsync(KubeResource.MultiClusterServices, item, state.Problems, cancellation);
    }

    private async Task IngressAsync(IngressState state, FleetView view, CancellationToken cancellation)
    {
        var item = state.Ingress.Source;
        if (!await OwnAsync(KubeResource.MultiClusterIngresses, item, MultiClusterIngress.Finalizer, cancellation))
        {
            return;
        }

        Report(item, [.. state.Problems, .. state.Warnings]);
        if (state.Problems.Count > 0)
        {
            await ConditionsAsync(KubeResource.MultiClusterIngresses, item, state.Problems, cancellation);
            return;
        }

        var wanted = status.Of(state.Ingress, view.Services);
        var current = item.Object("status");
        if (JsonNode.DeepEquals(current, wanted))
        {
            return;
        }

        var patch = wanted.DeepClone().AsObject();
        if (current?.ContainsKey("conditions") is true)
        {
            patch["conditions"] = null;
        }

        await config.Client().PatchAsync(
            KubeResource.MultiClusterIngresses, item.Namespace(), item.Name(), new JsonObject { ["status"] = patch }, cancellation, "/status");
        if (current.Text("VIP") is null && status.AddressProblem is { } problem)
        {
            events.Normal(item, "SYNC", problem);
        }

        await config.Client().PatchAsync(
            KubeResource.MultiClusterIngresses, item.Namespace(), item.Name(), status.Annotations(state.Ingress, time.GetUtcNow()), cancellation);
    }

    /// <summary>Sets the finalizer of a new object, takes it from one that is being deleted, and says ADD and UPDATE.</summary>
    /// <returns>Whether the object stays.</returns>
    private async Task<bool> OwnAsync(KubeResource resource, JsonObject item, string finalizer, CancellationToken cancellation)
    {
        var uid = item.Object("metadata").Text("uid") ?? item.Key();
        var generation = item.Object("metadata").Text("generation");
        var finalizers = item.Object("metadata").List("finalizers").Select(entry => entry!.ToString());
        if (item.IsBeingDeleted())
        {
            generations.Remove(uid);
            reported.Remove(uid);
            if (item.HasFinalizer(finalizer))
            {
                await FinalizersAsync(resource, item, finalizers.Where(entry => entry != finalizer), cancellation);
            }

            return false;
        }

        if (!item.HasFinalizer(finalizer))
        {
            await FinalizersAsync(resource, item, finalizers.Append(finalizer), cancellation);
            events.Normal(item, "ADD", item.Key());
        }
        else if (generations.TryGetValue(uid, out var before) && before != generation)
        {
            events.Normal(item, "UPDATE", item.Key());
        }

        generations[uid] = generation;
        return true;
    }

    private Task FinalizersAsync(KubeResource resource, JsonObject item, IEnumerable<string> finalizers, CancellationToken cancellation) =>
        config.Client().PatchAsync(
            resource,
            item.Namespace(),
            item.Name(),
            new JsonObject
            {
                ["metadata"] = new JsonObject
                {
                    // With the version, somebody else's finalizer that was set meanwhile is not lost.
                    ["resourceVersion"] = item.Object("metadata").Text("resourceVersion"),
                    ["finalizers"] = new JsonArray([.. finalizers.Select(name => (JsonNode)name)]),
                },
            },
            cancellation);

    private void Report(JsonObject item, IReadOnlyList<string> problems)
    {
        var uid = item.Object("metadata").Text("uid") ?? item.Key();
        var text = string.Join('\n', problems);
        if (reported.GetValueOrDefault(uid, "") != text)
        {
            reported[uid] = text;
            foreach (var problem in problems)
            {
                events.Warning(item, "SYNC", problem);
            }
        }
    }

    private async Task ConditionsAsync(KubeResource resource, JsonObject item, IReadOnlyList<string> problems, CancellationToken cancellation)
    {
        var message = string.Join("; ", problems);
        var shown = item.Object("status").Objects("conditions").FirstOrDefault();
        if (problems.Count == 0 ? shown is null : shown.Text("message") == message)
        {
            return;
        }

        var conditions = problems.Count == 0 ? null : new JsonArray(new JsonObject
        {
            ["type"] = "Ready",
            ["status"] = "False",
            ["reason"] = "Invalid",
            ["message"] = message,
            ["lastTransitionTime"] = time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        });
        var patch = new JsonObject { ["status"] = new JsonObject { ["conditions"] = conditions } };
        await config.Client().PatchAsync(resource, item.Namespace(), item.Name(), patch, cancellation, "/status");
    }
}
