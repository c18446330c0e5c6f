using System.Text.Json.Nodes;
using Provisioner.Clusters;
using Provisioner.Kubernetes;
using Provisioner.Stages;

namespace Provisioner.Mesh.Istio;

/// <summary>Lets the cluster install charts by itself: k3s runs Helm in a Job for each HelmChart object, and the host needs no program.</summary>
internal sealed class HelmObjectInstaller(ChartArchives archives, ILogger<HelmObjectInstaller> log) : IChartInstaller
{
    private static readonly KubeResource Jobs = new("batch/v1", "Job", "jobs", true);

    public string Name => "k3s's own Helm controller";

    public Task<IReadOnlyList<Problem>> PreflightAsync(CancellationToken cancellation) => Task.FromResult(archives.Problems());

    public async Task<bool> IsInstalledAsync(LabCluster cluster, IstioChart chart, CancellationToken cancellation)
    {
        var found = await FindAsync(cluster, chart, cancellation);
        return found is not null && !found.IsBeingDeleted() && Installs(found, chart) && HelmJobState.Of(found, await JobAsync(cluster, chart, cancellation)).Done;
    }

    public async Task InstallAsync(LabCluster cluster, IstioChart chart, Progress progress, CancellationToken cancellation)
    {
        var (found, job) = (await FindAsync(cluster, chart, cancellation), await JobAsync(cluster, chart, cancellation));
        if (found is null ? job is not null : found.IsBeingDeleted() || !Installs(found, chart) || HelmJobState.Of(found, job).Failed)
        {
            // The controller runs no Job anew whose template is the same, and the Job of a new chart cannot be told from the old one's.
            log.LogInformation("chart {Chart} in {Cluster} has failed, or is there with other values; it is installed anew", chart.Release, cluster.Name);
            await UninstallAsync(cluster, chart, progress, cancellation);
        }

        progress.Report($"fetching chart {chart.Chart} {IstioRelease.Version} from {archives.Source}");
        var wanted = HelmChartObject.Create(chart, await archives.ReadAsync(chart.Chart, cancellation));
        log.LogInformation("chart {Chart} {Version} goes into {Cluster}, from {Source}", chart.Chart, IstioRelease.Version, cluster.Name, archives.Source);
        await cluster.Api.ApplyAsync(null, [wanted], cancellation);
        await WaitAsync(cluster, chart, progress, cancellation);
    }

    public async Task UninstallAsync(LabCluster cluster, IstioChart chart, Progress progress, CancellationToken cancellation)
    {
        progress.Report($"waiting until k3s has uninstalled {chart.Release}");
        await FollowedAsync(
            new HelmJobPods(cluster, HelmChartObject.UninstallJobOf(chart)),
            progress,
            () => cluster.Api.DeleteAndWaitAsync(HelmChartObject.Resource, HelmChartObject.Namespace, chart.Release, cancellation),
            cancellation);
        await cluster.Api.DeleteAndWaitAsync(Jobs, HelmChartObject.Namespace, HelmChartObject.JobOf(chart), cancellation);
    }

    public IReadOnlyList<string> ByHand(LabCluster cluster, IstioChart chart) =>
    [
        $"kubectl --context {cluster.Name} apply -f - <<'EOF'\n{YamlText.Write(HelmChartObject.Create(chart, archive: null))}EOF",
        $"kubectl --context {cluster.Name} --namespace {HelmChartObject.Namespace} wait --for condition=complete job/{HelmChartObject.JobOf(chart)}",
    ];

    private async Task WaitAsync(LabCluster cluster, IstioChart chart, Progress progress, CancellationToken cancellation)
    {
        var pods = new HelmJobPods(cluster, HelmChartObject.JobOf(chart));
        try
        {
            // The Job is watched, and the HelmChart read only where that takes too long: the controller sets its condition after the Job's.
            HelmJobState? state = null;
            await FollowedAsync(pods, progress, async () => state = await cluster.Api.UntilAsync(
                Jobs,
                HelmChartObject.Namespace,
                $"fieldSelector=metadata.name%3D{HelmChartObject.JobOf(chart)}",
                jobs =>
                {
                    var now = HelmJobState.Of([], jobs.Values.FirstOrDefault());
                    progress.Report($"chart {chart.Release} in {cluster.Name}: {now.Message}");
                    return now.Done || now.Failed ? now : null;
                },
                cancellation), cancellation);
            if (state!.Failed)
            {
                throw new LabException(
                    $"Helm could not install chart {chart.Chart} {IstioRelease.Version} in {cluster.Name}: {state.Message}{await pods.LastWordsAsync()}", Cure(cluster, chart));
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            var chartState = HelmJobState.Of(await FindBrieflyAsync(cluster, chart), null);
            progress.Report($"{(chartState.Failed ? chartState.Message : progress.Last)}{await pods.LastWordsAsync()}");
            throw;
        }
    }

    private static async Task FollowedAsync(HelmJobPods pods, Progress progress, Func<Task> act, CancellationToken cancellation)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var following = pods.FollowAsync(progress, over.Token);
        try
        {
            await act();
        }
        finally
        {
            await over.CancelAsync();
            await following;
        }
    }

    private string Cure(LabCluster cluster, IstioChart chart) =>
        $"{(archives.IsBundle ? "See" : "Where the cluster reaches no network, load a bundle; else see")}: "
        + $"kubectl --context {cluster.Name} --namespace {HelmChartObject.Namespace} describe helmchart/{chart.Release} job/{HelmChartObject.JobOf(chart)}; "
        + "then run the stage again: dotnet run --project Provisioner -- stage 4";

    private static bool Installs(JsonObject found, IstioChart chart) => found.Annotation(HelmChartObject.ContentAnnotation) == HelmChartObject.ContentOf(chart);

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
