using System.Text.Json;
using System.Text.Json.Nodes;
using Provisioner.Clusters;
using Provisioner.Kubernetes;
using Provisioner.Plan;
using Provisioner.Stages;

namespace Provisioner.Mesh.Istio;

/// <summary>Lets the user's own <c>helm</c> install the charts.</summary>
internal sealed class HelmProgramInstaller(LabPlan plan, ILogger<HelmProgramInstaller> log) : IChartInstaller
{
    private const string Program = "helm";

    private readonly ChartTool helm = new(Program, Path.Combine(plan.Directory, ChartTool.Folder), log);

    public string Name => Program;

    public async Task<IReadOnlyList<Problem>> PreflightAsync(CancellationToken cancellation)
    {
        try
        {
            var (version, error) = await helm.TryAsync(["version", "--short"], cancellation);
            // v3.17.3+ge4da497
            return version is null ? [new Problem($"helm does not tell its version: {error}", "Install Helm 3.14 or newer")]
                : HelmVersion.Parse(version) is not { } found ? [new Problem($"helm says '{version.Trim()}' for its version", "Install Helm 3.14 or newer")]
                : found < HelmVersion.Oldest ? [new Problem($"helm is {found}, and Istio's charts need {HelmVersion.Oldest}", "Install Helm 3.14 or newer")]
                : [];
        }
        catch (LabException e)
        {
            return [new Problem(e.Message, $"{e.Cure}; istioctl {IstioRelease.Version} serves as well")];
        }
    }

    public async Task<bool> IsInstalledAsync(LabCluster cluster, IstioChart chart, CancellationToken cancellation)
    {
        var (status, _) = await helm.TryAsync(HelmCommand.Status(cluster.Plan.Kubeconfig, cluster.Name, chart), cancellation);
        if (status is null || Parse(status)?["info"]?["status"]?.ToString() != "deployed")
        {
            return false;
        }

        var (values, _) = await helm.TryAsync(HelmCommand.Values(cluster.Plan.Kubeconfig, cluster.Name, chart), cancellation);
        return values is not null && JsonNode.DeepEquals(Parse(values), chart.Values);
    }

    public Task InstallAsync(LabCluster cluster, IstioChart chart, Progress progress, CancellationToken cancellation)
    {
        progress.Report($"helm installs {chart.Release} in {cluster.Name}");
        var values = helm.Write($"{chart.Release}-{cluster.Name}.yaml", chart.Values);
        return helm.RunAsync(
            HelmCommand.Install(cluster.Plan.Kubeconfig, cluster.Name, chart, values, archives: null),
            $"install chart {chart.Chart} {IstioRelease.Version} in {cluster.Name}",
            $"See: helm --kube-context {cluster.Plan.Existing?.Context} --namespace {RemoteSecret.Namespace} status {chart.Release}; then run the stage again",
            cancellation);
    }

    public Task UninstallAsync(LabCluster cluster, IstioChart chart, Progress progress, CancellationToken cancellation) => helm.RunAsync(
        HelmCommand.Uninstall(cluster.Plan.Kubeconfig, cluster.Name, chart),
        $"uninstall {chart.Release} from {cluster.Name}",
        "Run the same line yourself, then this again",
        cancellation);

    public IReadOnlyList<string> ByHand(LabCluster cluster, IstioChart chart) =>
    [
        $"cat > {chart.Release}.yaml <<'EOF'\n{YamlText.Write(chart.Values)}EOF",
        $"helm upgrade --install {chart.Release} {chart.Chart} --repo {IstioRelease.ChartRepository} --version {IstioRelease.Version} "
            + $"--namespace {RemoteSecret.Namespace} --kube-context {cluster.Plan.Existing?.Context} --values {chart.Release}.yaml --wait",
    ];

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
