using Provisioner.Clusters;
using Provisioner.Kubernetes;
using Provisioner.Plan;
using Provisioner.Stages;

namespace Provisioner.Mesh.Istio;

/// <summary>Lets the user's own <c>istioctl</c> install what the charts would; it installs Istio's kinds together with istiod.</summary>
internal sealed class IstioctlInstaller(LabPlan plan, ILogger<IstioctlInstaller> log) : IChartInstaller
{
    private const string Program = "istioctl";

    private static readonly IReadOnlyList<KubeResource> ClusterWide =
    [
        new("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", false),
        new("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "validatingwebhookconfigurations", false),
        new("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "clusterrolebindings", false),
        new("rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles", false),
    ];

    private readonly ChartTool istioctl = new(Program, Path.Combine(plan.Directory, ChartTool.Folder), log);

    public string Name => Program;

    public async Task<IReadOnlyList<Problem>> PreflightAsync(CancellationToken cancellation)
    {
        var (version, error) = await istioctl.TryAsync(["version", "--remote=false", "--short"], cancellation);
        return version?.Contains(IstioRelease.Version, StringComparison.Ordinal) == true
            ? []
            : [new Problem($"istioctl is {(version ?? error).Trim()}; it installs its own version only, and the lab pins {IstioRelease.Version}", $"Put istioctl {IstioRelease.Version} or helm on PATH")];
    }

    public async Task<bool> IsInstalledAsync(LabCluster cluster, IstioChart chart, CancellationToken cancellation)
    {
        if (IsPartOfOther(chart))
        {
            return true;
        }

        var found = await cluster.Api.GetAsync(KubeResource.Deployments, RemoteSecret.Namespace, IstioRelease.ControlPlane, cancellation);
        return found is not null && Rollout.Of(found).Complete;
    }

    public Task InstallAsync(LabCluster cluster, IstioChart chart, Progress progress, CancellationToken cancellation)
    {
        progress.Report($"istioctl installs Istio in {cluster.Name}");
        var file = istioctl.Write($"istio-operator-{cluster.Name}.yaml", IstioOperator.Create(chart));
        return istioctl.RunAsync(
            IstioOperator.Install(cluster.Plan.Kubeconfig, cluster.Name, file),
            $"install Istio {IstioRelease.Version} in {cluster.Name}",
            $"See: kubectl --context {cluster.Plan.Existing?.Context} --namespace {RemoteSecret.Namespace} describe pods; then run the stage again",
            cancellation);
    }

    public async Task UninstallAsync(LabCluster cluster, IstioChart chart, Progress progress, CancellationToken cancellation)
    {
        if (IsPartOfOther(chart))
        {
            return;
        }

        await istioctl.RunAsync(
            IstioOperator.Uninstall(cluster.Plan.Kubeconfig, cluster.Name),
            $"uninstall Istio from {cluster.Name}",
            "Run the same line yourself, then this again",
            cancellation);
        await RemoveRestAsync(cluster, cancellation);
    }

    public IReadOnlyList<string> ByHand(LabCluster cluster, IstioChart chart) => IsPartOfOther(chart)
        ? []
        :
        [
            $"cat > istio-operator.yaml <<'EOF'\n{YamlText.Write(IstioOperator.Create(chart))}EOF",
            $"istioctl install --skip-confirmation --filename istio-operator.yaml --context {cluster.Plan.Existing?.Context}",
        ];

    // Of one revision istioctl takes back neither the webhooks of the default tag nor what belongs to its component Base.
    private static async Task RemoveRestAsync(LabCluster cluster, CancellationToken cancellation)
    {
        foreach (var kind in ClusterWide)
        {
            var list = await cluster.Api.ListAsync(kind, null, $"labelSelector={Uri.EscapeDataString($"istio.io/rev={IstioRelease.Revision},operator.istio.io/managed")}", cancellation);
            foreach (var item in list["items"].Objects())
            {
                await cluster.Api.DeleteAndWaitAsync(kind, null, item.Name(), cancellation);
            }
        }
    }

    private static bool IsPartOfOther(IstioChart chart) => chart.Release == IstioChart.Base;
}
