using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Provisioner.Kubernetes;

/// <summary>Finds how a cluster serves a kind; asks each API group once, and again when a kind is not among what it knew.</summary>
internal sealed class KubeDiscovery(KubeApi api)
{
    private readonly ConcurrentDictionary<string, Task<IReadOnlyList<KubeResource>>> groups = new();

    /// <summary>The resource of a kind, or null where the cluster does not serve it.</summary>
    public async Task<KubeResource?> FindAsync(string apiVersion, string kind, CancellationToken cancellation)
    {
        var known = groups.GetOrAdd(apiVersion, version => AskAsync(version, cancellation));
        try
        {
            if ((await known).FirstOrDefault(resource => resource.Kind == kind) is { } resource)
            {
                return resource;
            }
        }
        catch
        {
            groups.TryRemove(KeyValuePair.Create(apiVersion, known));
            throw;
        }

        groups.TryUpdate(apiVersion, AskAsync(apiVersion, cancellation), known);
        return (await groups[apiVersion]).FirstOrDefault(resource => resource.Kind == kind);
    }

    /// <summary>The resource of a kind, also if its definition was applied a moment ago and is not served yet.</summary>
    public async Task<KubeResource> ResolveAsync(string apiVersion, string kind, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < 50; attempt++)
        {
            if (await FindAsync(apiVersion, kind, cancellation) is { } resource)
            {
                return resource;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20 * (attempt + 1)), cancellation);
            if (attempt >= 10 && !await IsDefinedAsync(apiVersion, kind, cancellation))
            {
                break;
            }
        }

        throw new LabException(
            $"cluster {api.Cluster} does not know the kind {kind} of {apiVersion}",
            $"Install its definition first; the cluster's kinds: kubectl --context {api.Cluster} api-resources");
    }

    private async Task<bool> IsDefinedAsync(string apiVersion, string kind, CancellationToken cancellation)
    {
        var definitions = await api.ListAsync(KubeResource.CustomResourceDefinitions, null, "", cancellation);
        return definitions["items"].Objects().Any(item =>
            item["spec"]?["names"]?["kind"]?.ToString() == kind && apiVersion.StartsWith($"{item["spec"]?["group"]}/", StringComparison.Ordinal));
    }

    private async Task<IReadOnlyList<KubeResource>> AskAsync(string apiVersion, CancellationToken cancellation)
    {
        using var response = await api.RawAsync(apiVersion.Contains('/') ? $"/apis/{apiVersion}" : $"/api/{apiVersion}", cancellation);
        if (response.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            return [];
        }

        var list = await api.ReadAsync(response, cancellation);
        return [.. Resources(list, apiVersion)];
    }

    private static IEnumerable<KubeResource> Resources(JsonObject list, string apiVersion) =>
        from resource in list["resources"].Objects()
        let name = resource["name"]!.GetValue<string>()
        where !name.Contains('/')
        select new KubeResource(apiVersion, resource["kind"]!.GetValue<string>(), name, resource["namespaced"]!.GetValue<bool>());
}
