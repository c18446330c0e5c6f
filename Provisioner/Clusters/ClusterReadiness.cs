using Provisioner.Kubernetes;
using Provisioner.Stages;

namespace Provisioner.Clusters;

/// <summary>Whether a cluster answers <c>/readyz</c>.</summary>
internal static class ClusterReadiness
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits for the cluster; a process that has not started yet writes no kubeconfig, and nothing can be watched.</summary>
    public static async Task WaitAsync(LabCluster cluster, Progress progress, CancellationToken cancellation)
    {
        while (true)
        {
            var (ready, message) = await ObserveAsync(cluster, cancellation);
            if (ready)
            {
                return;
            }

            progress.Report(message);
            await Task.Delay(Pause, cancellation);
        }
    }

    public static async Task<(bool Ready, string Message)> ObserveAsync(LabCluster cluster, CancellationToken cancellation)
    {
        if (!cluster.IsKnown)
        {
            return (false, $"there is no {cluster.Plan.Kubeconfig} yet");
        }

        try
        {
            using var response = await cluster.Api.RawAsync("/readyz", cancellation);
            var text = (await response.Content.ReadAsStringAsync(cancellation)).Trim();
            return (response.IsSuccessStatusCode, response.IsSuccessStatusCode ? "ready" : $"/readyz answers {(int)response.StatusCode}: {text}");
        }
        catch (Exception e) when (e is ClusterUnreachableException or LabException or IOException)
        {
            return (false, e.Message);
        }
    }
}
