using GoogleEmulator.Container;
using GoogleEmulator.Ingress;
using GoogleEmulator.Projects;

namespace GoogleEmulator.Compute;

/// <summary>Everything that a project has in Compute Engine now: what it has by itself, and what its clusters and its ingress keep there.</summary>
internal sealed class ComputeInventory(ClusterTable clusters, IngressResources ingress)
{
    public async Task<IReadOnlyList<ComputeResource>> ListAsync(Project project, CancellationToken cancellation)
    {
        var kept = await Task.WhenAll(clusters.All
            .Where(cluster => cluster.Plan.Project == project.Id && cluster.IsRunning)
            .Select(cluster => ClusterResources.ListAsync(cluster, cancellation))
            .Append(ingress.ListAsync(project, cancellation)));
        var found = new SortedDictionary<string, ComputeResource>(StringComparer.Ordinal);
        foreach (var resource in project.Compute.All.Concat(kept.SelectMany(list => list)))
        {
            // What is kept again is no leftover any more.
            found[resource.Path] = resource;
        }

        return [.. found.Values];
    }
}
