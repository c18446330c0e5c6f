using System.Text.Json.Nodes;
using Provisioner.Clusters;
using Provisioner.Kubernetes;
using Provisioner.Stages;

namespace Provisioner.Mesh.Istio;

/// <summary>Lets the cluster install charts by itself: k3s runs Helm in a Job for each HelmChart object, and the host needs no program.</summary>
/// <param name="archives">Folder of the charts' .tgz files; null where the cluster fetches them.</param>
internal sealed class HelmObjectInstaller(string? archives, ILogger<HelmObjectInstaller> log) : IChartInstaller
{
    private const int LogLines = 15;

    private static readonly KubeResource Jobs = new("batch/v1", "Job", "jobs", true);

    public string Name => "k3s's own Helm controller";

    public Task<IReadOnlyList<Problem>> PreflightAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<Problem>>(
    [
        .. from chart in IstioRelease.Charts
           let file = archives is null ? null : Path.Combine(archives, IstioRelease.Archive(chart))
           where file is not null && !File.Exists(file)
           select new Problem($"the bundle has no chart {file}", "Load it again: dotnet run --project Provisioner -- bundle load FILE"),
    ]);

    public async Task<bool> IsInstalledAsync(LabCluster cluster, IstioChart chart, CancellationToken cancellation)
    {
        var (wanted, found) = (Wanted(chart), await FindAsync(cluster, chart, cancellation));
        return found?.Annotation(ManifestApplier.VersionAnnotation) == ManifestApplier.VersionOf(wanted)
            && HelmJobState.Of(found, await JobAsync(cluster, chart, cancellation)).Done;
    }

    public async Task InstallAsync(LabCluster cluster, IstioChart chart, Progress progress, CancellationToken cancellation)
    {
        var wanted = Wanted(chart);
        if (await FindAsync(cluster, chart, cancellation) is { } found
            && (found.IsBeingDeleted() || found.Annotation(ManifestApplier.VersionAnnotation) != ManifestApplier.VersionOf(wanted) || found.IsTrue("Failed")))
        {
            // A chart that has failed, or that has other values, is taken away first: the Job of the new one cannot be told from the old one's.
            log.LogInformation("chart {Chart} in {Cluster} has failed or has other values; it is installed anew", chart.Release, cluster.Name);
            await UninstallAsync(cluster, chart, progress, cancellation);
        }

        log.LogInformation(
            "chart {Chart} {Version} goes into {Cluster}, from {Source}", chart.Chart, IstioRelease.Version, cluster.Name, archives ?? IstioRelease.ChartRepository);
        await cluster.Api.ApplyAsync(null, [wanted], cancellation);
        await WaitAsync(cluster, chart, progress, cancellation);
    }

    public async Task UninstallAsync(LabCluster cluster, IstioChart chart, Progress progress, CancellationToken cancellation)
    {
        progress.Report($"waiting until k3s has uninstalled {chart.Release}");
        await cluster.Api.DeleteAndWaitAsync(HelmChartObject.Resource, HelmChartObject.Namespace, chart.Release, cancellation);
    }

    public IReadOnlyList<string> ByHand(LabCluster cluster, IstioChart chart) =>
    [
        $"kubectl --context {cluster.Name} apply -f - <<'EOF'\n{YamlText.Write(HelmChartObject.Create(chart, archive: null))}EOF",
        $"kubectl --context {cluster.Name} --namespace {HelmChartObject.Namespace} wait --for condition=complete job/{HelmChartObject.JobOf(chart)}",
    ];

    private JsonObject Wanted(IstioChart chart) =>
        HelmChartObject.Create(chart, archives is null ? null : File.ReadAllBytes(Path.Combine(archives, IstioRelease.Archive(chart.Chart))));

    private async Task WaitAsync(LabCluster cluster, IstioChart chart, Progress progress, CancellationToken cancellation)
    {
        try
        {
            // The Job is watched, and the HelmChart read at each of its changes: the controller sets its condition after the Job's.
            var state = await cluster.Api.UntilAsync(
                Jobs,
                HelmChartObject.Namespace,
                $"fieldSelector=metadata.name%3D{HelmChartObject.JobOf(chart)}",
                jobs =>
                {
                    var now = HelmJobState.Of([], jobs.Values.FirstOrDefault());
                    progress.Report($"chart {chart.Release} in {cluster.Name}: {now.Message}");
                    return now.Done || now.Failed ? now : null;
                },
                cancellation);
            if (state.Failed)
            {
                throw new LabException(
                    $"Helm could not install chart {chart.Chart} {IstioRelease.Version} in {cluster.Name}: {state.Message}{await LogAsync(cluster, chart)}", Cure(cluster, chart));
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            var chartState = HelmJobState.Of(await FindBrieflyAsync(cluster, chart), null);
            progress.Report($"{(chartState.Failed ? chartState.Message : progress.Last)}{await LogAsync(cluster, chart)}");
            throw;
        }
    }

    private static async Task<string> LogAsync(LabCluster cluster, IstioChart chart)
    {
        using var brief = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        try
        {
            var pods = await cluster.Api.ListAsync(KubeResource.Pods, HelmChartObject.Namespace, $"labelSelector=job-name%3D{HelmChartObject.JobOf(chart)}", brief.Token);
            if (pods["items"].Objects().OrderBy(pod => pod["metadata"]?["creationTimestamp"]?.ToString(), StringComparer.Ordinal).LastOrDefault() is not { } pod)
            {
                return "; its Job has no pod";
            }

            using var response = await cluster.Api.RawAsync($"{KubeResource.Pods.Path(HelmChartObject.Namespace, pod.Name())}/log?tailLines={LogLines}", brief.Token);
            var text = (await response.Content.ReadAsStringAsync(brief.Token)).Trim();
            var reason = PodReport.Describe([pod]);
            return response.IsSuccessStatusCode && text.Length > 0 ? $"; the log of {pod.Name()} ends:\n{text}" : $"; {(reason.Length > 0 ? reason : pod.Name())}";
        }
        catch (Exception e) when (e is OperationCanceledException or KubeException or ClusterUnreachableException or HttpRequestException or IOException)
        {
            return $"; its log cannot be read: {e.Message}";
        }
    }

    private string Cure(LabCluster cluster, IstioChart chart) => archives is null
        ? $"Where the cluster reaches no network, load a bundle; else see: kubectl --context {cluster.Name} --namespace {HelmChartObject.Namespace} logs job/{HelmChartObject.JobOf(chart)}; "
            + "then run the stage again: dotnet run --project Provisioner -- stage 4"
        : $"See: kubectl --context {cluster.Name} --namespace {HelmChartObject.Namespace} logs job/{HelmChartObject.JobOf(chart)}; "
            + "then run the stage again: dotnet run --project Provisioner -- stage 4";

    private static async Task<JsonObject?> FindBrieflyAsync(LabCluster cluster, IstioChart chart)
    {
        using var brief = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            return await FindAsync(cluster, chart, brief.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or KubeException or ClusterUnreachableException)
        {
            return null;
        }
    }

    private static Task<JsonObject?> FindAsync(LabCluster cluster, IstioChart chart, CancellationToken cancellation) =>
        cluster.Api.GetAsync(HelmChartObject.Resource, HelmChartObject.Namespace, chart.Release, cancellation);

    private static Task<JsonObject?> JobAsync(LabCluster cluster, IstioChart chart, CancellationToken cancellation) =>
        cluster.Api.GetAsync(Jobs, HelmChartObject.Namespace, HelmChartObject.JobOf(chart), cancellation);
}
