using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Provisioner.Clusters;
using Provisioner.Kubernetes;

namespace Provisioner.Operations;

/// <summary>Follows the logs of all pods of a workload, also of those that come later.</summary>
internal sealed class WorkloadLogs
{
    private const int Tail = 200;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public async IAsyncEnumerable<string> FollowAsync(LabCluster cluster, Workload workload, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var lines = Channel.CreateBounded<string>(1000);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var pods = FollowPodsAsync(cluster, workload, lines.Writer, ending.Token);
        try
        {
            await foreach (var line in lines.Reader.ReadAllAsync(cancellation))
            {
                yield return line;
            }
        }
        finally
        {
            await ending.CancelAsync();
            await pods.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task FollowPodsAsync(LabCluster cluster, Workload workload, ChannelWriter<string> lines, CancellationToken cancellation)
    {
        var followed = new HashSet<string>();
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                var selector = $"labelSelector={Uri.EscapeDataString(workload.Selector)}";
                await foreach (var pods in cluster.Api.FollowAsync(KubeResource.Pods, workload.Namespace, selector, cancellation))
                {
                    foreach (var pod in pods.Values.Where(pod => pod["status"]?["phase"]?.ToString() == "Running" && !pod.IsBeingDeleted()))
                    {
                        if (followed.Add(pod.Name()))
                        {
                            _ = FollowPodAsync(cluster, workload, pod.Name(), lines, cancellation);
                        }
                    }
                }
            }
            catch (Exception e) when (e is ClusterUnreachableException or KubeException or LabException or IOException)
            {
                // The cluster is down; when it is back, its pods are others or start their logs anew.
                followed.Clear();
                await Task.Delay(Pause, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static async Task FollowPodAsync(LabCluster cluster, Workload workload, string pod, ChannelWriter<string> lines, CancellationToken cancellation)
    {
        try
        {
            var path = $"{KubeResource.Pods.Path(workload.Namespace, pod)}/log?container={workload.Container}&follow=true&tailLines={Tail}";
            using var response = await cluster.Api.RawAsync(path, cancellation);
            if (!response.IsSuccessStatusCode)
            {
                return;
            }

            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation), Encoding.UTF8);
            while (await reader.ReadLineAsync(cancellation) is { } line)
            {
                await lines.WriteAsync($"{pod} {line}", cancellation);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or HttpRequestException or ClusterUnreachableException or ChannelClosedException)
        {
            // The pod or its cluster ended, or nobody reads any more.
        }
    }
}
