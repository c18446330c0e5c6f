using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>Ending a pod: out of the endpoints first, then the containers, then the object.</summary>
internal sealed partial class PodWorker
{
    // Traffic moves away within milliseconds; a controller that does not answer must not keep a pod for long.
    private static readonly TimeSpan EndpointsTime = TimeSpan.FromMilliseconds(200);

    private TimeSpan Grace => TimeSpan.FromSeconds(latest.Node["spec"]?["terminationGracePeriodSeconds"].Int(30) ?? 30);

    private async Task TerminateAsync(TimeSpan grace)
    {
        try
        {
            foreach (var runner in init.Concat(containers).Where(runner => runner.Process is not null))
            {
                context.Normal("Killing", $"Stopping container {runner.Name}", runner.Name, runner.List);
            }

            if (grace > TimeSpan.Zero)
            {
                await WaitForEndpointsAsync();
                await RunPreStopAsync(grace);
            }

            await EndContainersAsync(grace);
            Detach();
            if (latest.Node.Finalizers().Count > 0)
            {
                await WriteNowAsync();
            }

            services.Registry.Delete(
                KnownTypes.Pods,
                Key.Namespace,
                Key.Name,
                new DeletionOptions { GracePeriodSeconds = 0, PreconditionUid = Uid },
                Writer);
        }
        catch (ApiException)
        {
            // Somebody was faster, or another pod has the name now.
        }
        catch (Exception e)
        {
            services.Logger.LogError(e, "Pod {Pod} could not be ended", Key);
        }
    }

    /// <summary>Waits until no slice lists the pod as ready.</summary>
    private async Task WaitForEndpointsAsync()
    {
        using var limit = new CancellationTokenSource(EndpointsTime);
        var (list, watch) = services.Registry.Store.ListAndWatch(KnownTypes.EndpointSlices, Key.Namespace);
        using (watch)
        {
            var listing = list.Items.Where(Lists).Select(slice => slice.Key).ToHashSet();
            try
            {
                while (listing.Count > 0)
                {
                    var change = await watch.Reader.ReadAsync(limit.Token);
                    if (change.Type is StoreEventType.Deleted || !Lists(change.Object))
                    {
                        listing.Remove(change.Object.Key);
                    }
                }
            }
            catch (OperationCanceledException)
            {
                services.Logger.LogDebug("Pod {Pod} ends while slices still list it", Key);
            }
        }
    }

    private bool Lists(StoredObject slice) => slice.Node["endpoints"].Items().Any(endpoint =>
        endpoint["targetRef"]?["uid"].Text() == Uid && (endpoint["conditions"]?["ready"].IsTrue() ?? false));

    private async Task RunPreStopAsync(TimeSpan grace)
    {
        var hooks = new List<Task>();
        foreach (var container in latest.Node["spec"]?["containers"].Items() ?? [])
        {
            if (container["lifecycle"]?["preStop"] is JsonObject hook && FindRunner(container["name"].Text() ?? "") is { Process: { } process } runner)
            {
                hooks.Add(LifecycleHook.RunAsync(hook, runner, process, grace));
            }
        }

        await Task.WhenAll(hooks);
    }

    private async Task EndContainersAsync(TimeSpan grace)
    {
        try
        {
            await StopContainersAsync(grace);
            await running;
        }
        catch (Exception e)
        {
            // A program that fails while it ends has ended as well: the pod must not stay for it.
            services.Logger.LogError(e, "A container of pod {Pod} failed while it was ended", Key);
        }
    }

    /// <summary>Containers first, then the sidecars among the init containers, the last one first.</summary>
    private async Task StopContainersAsync(TimeSpan grace)
    {
        await stopping.CancelAsync();
        await Task.WhenAll(containers.Concat(ephemeral.Values).Select(runner => runner.StopAsync(grace)));
        foreach (var runner in Enumerable.Reverse(init))
        {
            await runner.StopAsync(grace);
        }
    }
}
