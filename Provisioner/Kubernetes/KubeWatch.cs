using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;

namespace Provisioner.Kubernetes;

/// <summary>Follows a set of objects: list, then watch, and again from a fresh list whenever the watch cannot go on.</summary>
internal static class KubeWatch
{
    /// <summary>The whole set by name, now and after each change.</summary>
    /// <exception cref="ClusterUnreachableException">The API is gone; the caller decides whether to start over.</exception>
    public static async IAsyncEnumerable<IReadOnlyDictionary<string, JsonObject>> FollowAsync(
        this KubeApi api, KubeResource resource, string? ns, string selector, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            var list = await api.ListAsync(resource, ns, selector, cancellation);
            var items = list["items"].Objects().ToDictionary(Key);
            yield return items;
            if (list.ResourceVersion() is not { } version)
            {
                // The kind is not served (yet): there is nothing to watch.
                await Task.Delay(TimeSpan.FromMilliseconds(250), cancellation);
                continue;
            }

            using var response = await api.WatchAsync(resource, ns, selector, version, cancellation);
            if (response.StatusCode == HttpStatusCode.Gone)
            {
                continue;
            }

            if (!response.IsSuccessStatusCode)
            {
                await api.ReadAsync(response, cancellation);
            }

            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation), Encoding.UTF8);
            while (await ReadLineAsync(reader, cancellation) is { } line && Change(items, line))
            {
                yield return items;
            }
        }
    }

    /// <summary>Waits until <paramref name="condition"/> gives a value for the set.</summary>
    public static async Task<T> UntilAsync<T>(
        this KubeApi api,
        KubeResource resource,
        string? ns,
        string selector,
        Func<IReadOnlyDictionary<string, JsonObject>, T?> condition,
        CancellationToken cancellation)
        where T : class
    {
        await foreach (var items in api.FollowAsync(resource, ns, selector, cancellation))
        {
            if (condition(items) is { } result)
            {
                return result;
            }
        }

        throw new OperationCanceledException(cancellation);
    }

    private static string Key(JsonObject item) => item.Namespace() is { } ns ? $"{ns}/{item.Name()}" : item.Name();

    // A watch ends without notice when the server restarts; a fresh list tells what became of it.
    private static async Task<string?> ReadLineAsync(StreamReader reader, CancellationToken cancellation)
    {
        try
        {
            return await reader.ReadLineAsync(cancellation);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Applies one line, such as <c>{"type":"MODIFIED","object":{…}}</c>; false when the watch is over.</summary>
    private static bool Change(Dictionary<string, JsonObject> items, string line)
    {
        if (JsonNode.Parse(line) is not JsonObject change || change["object"] is not JsonObject item)
        {
            return false;
        }

        switch (change["type"]?.GetValue<string>())
        {
            case "ADDED" or "MODIFIED":
                items[Key(item)] = item;
                return true;
            case "DELETED":
                items.Remove(Key(item));
                return true;
            case "BOOKMARK":
                return true;
            default:
                return false;
        }
    }
}
