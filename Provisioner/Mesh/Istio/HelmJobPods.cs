using System.Text.Json.Nodes;
using Provisioner.Clusters;
using Provisioner.Kubernetes;
using Provisioner.Stages;

namespace Provisioner.Mesh.Istio;

/// <summary>The pods in which a Job of k3s's controller runs Helm: what they wait for, and what Helm said.</summary>
/// <remarks>A Job that gives up takes its pod and the pod's log away, so the last words of each attempt are kept while it is there.</remarks>
internal sealed class HelmJobPods(LabCluster cluster, string job)
{
    private const int LogLines = 15;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private int failures;
    private string lastWords = "";

    /// <summary>Follows the pods until cancelled.</summary>
    public async Task FollowAsync(Progress progress, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await foreach (var pods in cluster.Api.FollowAsync(KubeResource.Pods, HelmChartObject.Namespace, Selector, cancellation))
                {
                    if (Newest(pods.Values) is { } pod)
                    {
                        await KeepAsync(pod, cancellation);
                        progress.Report(PodReport.Describe([pod]) is { Length: > 0 } reason ? reason : $"Helm is at work in {pod.Name()}");
                    }
                }
            }
            catch (Exception e) when (e is OperationCanceledException or KubeException or ClusterUnreachableException or HttpRequestException or IOException)
            {
                // The Job itself tells how it ends; this only says what happens meanwhile.
                await Task.Delay(Pause, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>The last words of an attempt that failed; else what the pod is about; each in a clause that begins with a semicolon.</summary>
    public async Task<string> LastWordsAsync()
    {
        if (lastWords.Length > 0)
        {
            return lastWords;
        }

        using var brief = new CancellationTokenSource(Patience);
        try
        {
            var pods = await cluster.Api.ListAsync(KubeResource.Pods, HelmChartObject.Namespace, Selector, brief.Token);
            if (Newest(pods["items"].Objects()) is not { } pod)
            {
                return "; its Job has no pod";
            }

            var log = await LogAsync(pod, previous: false, brief.Token);
            return log.Length > 0 ? log : $"; {(PodReport.Describe([pod]) is { Length: > 0 } reason ? reason : pod.Name())}";
        }
        catch (Exception e) when (e is OperationCanceledException or KubeException or ClusterUnreachableException or HttpRequestException or IOException)
        {
            return $"; its log cannot be read: {e.Message}";
        }
    }

    private string Selector => $"labelSelector=job-name%3D{job}";

    private async Task KeepAsync(JsonObject pod, CancellationToken cancellation)
    {
        var status = pod["status"]?["containerStatuses"].Objects().FirstOrDefault();
        var isRunning = status?["state"]?["running"] is not null;
        var ended = status?["state"]?["terminated"] ?? (isRunning ? null : status?["lastState"]?["terminated"]);
        var failed = (status?["restartCount"].Int() ?? 0) + (ended?["exitCode"].Int() is > 0 ? 1 : 0);
        if (failed > failures)
        {
            // Meanwhile it may run again, or have ended again.
            var log = await LogAsync(pod, previous: isRunning, cancellation) is { Length: > 0 } text ? text : await LogAsync(pod, previous: !isRunning, cancellation);
            (failures, lastWords) = log.Length > 0 ? (failed, log) : (failures, lastWords);
        }
    }

    private async Task<string> LogAsync(JsonObject pod, bool previous, CancellationToken cancellation)
    {
        using var response = await cluster.Api.RawAsync(
            $"{KubeResource.Pods.Path(HelmChartObject.Namespace, pod.Name())}/log?tailLines={LogLines}{(previous ? "&previous=true" : "")}", cancellation);
        var text = (await response.Content.ReadAsStringAsync(cancellation)).Trim();
        return response.IsSuccessStatusCode && text.Length > 0 ? $"; the log of {pod.Name()} ends:\n{text}" : "";
    }

    private static JsonObject? Newest(IEnumerable<JsonObject> pods) =>
        pods.OrderBy(pod => pod["metadata"]?["creationTimestamp"]?.ToString(), StringComparer.Ordinal).LastOrDefault();
}
