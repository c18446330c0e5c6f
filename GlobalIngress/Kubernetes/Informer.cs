using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace GlobalIngress.Kubernetes;

/// <summary>The objects of one kind in one cluster, as far as they are known; a cluster that is away keeps its last ones.</summary>
internal sealed class Informer(KubeconfigFile kubeconfig, string cluster, KubeResource resource, string query, Action changed, ILogger logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private volatile ImmutableDictionary<string, JsonObject> items = ImmutableDictionary<string, JsonObject>.Empty;
    private volatile bool isSynced;

    /// <summary>Objects by <c>namespace/name</c>, or by name where they have no namespace.</summary>
    public ImmutableDictionary<string, JsonObject> Items => items;

    /// <summary>Whether the objects have been listed at least once.</summary>
    public bool IsSynced => isSynced;

    /// <summary>Follows the cluster until cancelled, however often it goes away.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var pause = FirstPause;
        string? said = null;
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                if (await FollowAsync(() => { pause = FirstPause; said = null; }, cancellation))
                {
                    continue;
                }

                said = Say(said, LogLevel.Information, $"{cluster}: waiting until {resource.Plural} are served");
                pause = FirstPause;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                // That clusters are not there yet is how every lab begins.
                said = Say(said, error is KubeException { IsEarly: true } ? LogLevel.Debug : LogLevel.Warning, error.Message);
                pause = Min(pause * 2, LongestPause);
            }

            await Task.Delay(pause, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> FollowAsync(Action answered, CancellationToken cancellation)
    {
        var client = kubeconfig.Client(cluster);
        if (await client.ListAsync(resource, query, cancellation) is not { } list)
        {
            // A server that has just started may not serve the kind yet: that is no reason to take its objects for deleted.
            return false;
        }

        answered();
        Replace(list["items"]!.AsArray().OfType<JsonObject>().ToImmutableDictionary(item => item.Key()));
        await foreach (var change in client.WatchAsync(resource, query, list["metadata"]!["resourceVersion"]!.ToString(), cancellation))
        {
            var type = change["type"]!.ToString();
            if (type == "ERROR")
            {
                break;
            }

            if (type != "BOOKMARK" && change["object"] is JsonObject item)
            {
                items = type == "DELETED" ? items.Remove(item.Key()) : items.SetItem(item.Key(), item);
                changed();
            }
        }

        return true;
    }

    private void Replace(ImmutableDictionary<string, JsonObject> found)
    {
        items = found;
        isSynced = true;
        changed();
    }

    /// <summary>Logs a state once, however often it is found again.</summary>
    private string Say(string? said, LogLevel level, string message)
    {
        if (said != message)
        {
            logger.Log(level, "{Message}", message);
        }

        return message;
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
