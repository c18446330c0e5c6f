using System.Collections.Concurrent;
using Provisioner.Clusters;
using Provisioner.Kubernetes;

namespace Provisioner.Checks;

/// <summary>Tells in which cluster a pod of whereami is, for answers that do not: Google's image knows its cluster from Google's metadata server only.</summary>
internal sealed class PodWhereabouts(Lab lab) : IDisposable
{
    private readonly ConcurrentDictionary<string, string> clusters = new();
    private readonly SemaphoreSlim oneAtATime = new(1);

    /// <summary>The name of the lab's cluster that has the pod; null where none has.</summary>
    public async Task<string?> FindAsync(string pod, CancellationToken cancellation)
    {
        if (clusters.TryGetValue(pod, out var known))
        {
            return known;
        }

        await oneAtATime.WaitAsync(cancellation);
        try
        {
            if (!clusters.ContainsKey(pod))
            {
                await Task.WhenAll(lab.Clusters.Where(cluster => cluster.IsKnown).Select(cluster => ReadAsync(cluster, cancellation)));
            }

            return clusters.GetValueOrDefault(pod);
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    public void Dispose() => oneAtATime.Dispose();

    private async Task ReadAsync(LabCluster cluster, CancellationToken cancellation)
    {
        var pods = await cluster.Api.ListAsync(KubeResource.Pods, lab.Plan.Namespace, "", cancellation);
        foreach (var pod in pods["items"].Objects())
        {
            clusters[pod.Name()] = cluster.Name;
        }
    }
}
