using Provisioner.Clusters;
using Provisioner.Clusters.Existing;
using Provisioner.Kubernetes;
using Provisioner.Stages;
using Provisioner.Telemetry;

namespace Provisioner.Mesh.Istio;

/// <summary>Istio itself: several primary clusters, one root of trust, one flat network.</summary>
internal sealed class IstioMeshDriver(
    Lab lab, IChartInstaller installer, MeshSettings settings, MeshAuthority authority, MeshJoin join, ILogger<IstioMeshDriver> log) : IMeshDriver
{
    // A chart's Job pulls images where there is no bundle, and tries three times.
    private static readonly TimeSpan ChartDeadline = TimeSpan.FromMinutes(5);

    private const string SystemNamespace = RemoteSecret.Namespace;

    public IReadOnlyList<Step> Install(LabCluster cluster) =>
    [
        Authority(cluster),
        .. IstioValues.Charts(cluster.Name, settings).Select(chart => Chart(cluster, chart)),
        .. Marks(cluster),
        Ready(cluster),
        After(cluster),
    ];

    public IReadOnlyList<Step> Uninstall(LabCluster cluster)
    {
        var steps = new KubeSteps(lab, cluster);
        return
        [
            .. Marks(cluster),
            .. Removals(cluster).Select(step => steps.OnlyInOwn(step, SystemNamespace)),
            steps.DeleteNamespace(SystemNamespace),
        ];
    }

    public Task<string> RevisionAsync(LabCluster cluster, CancellationToken cancellation) => MeshRevision.ReadAsync(cluster, cancellation);

    public Step Discover(LabCluster cluster, LabCluster peer) => join.Discover(cluster, peer);

    public Step Forget(LabCluster cluster, LabCluster peer) => join.Forget(cluster, peer);

    public Task<bool> IsDiscoveringAsync(LabCluster cluster, LabCluster peer, CancellationToken cancellation) => join.IsDiscoveringAsync(cluster, peer, cancellation);

    public Task<CheckResult> ObserveDiscoveryAsync(LabCluster cluster, LabCluster peer, CancellationToken cancellation) => join.ObserveAsync(cluster, peer, cancellation);

    // On clusters of the lab's own everything is the lab's.
    private IReadOnlyList<Step> Marks(LabCluster cluster) => lab.Plan.Existing is null ? [] : [MeshKinds.Mark(lab, cluster)];

    private IEnumerable<Step> Removals(LabCluster cluster) =>
    [
        new Step
        {
            Name = $"remove what the lab added to Istio in {cluster.Name}",
            Act = (_, cancellation) => cluster.Api.DeleteAsync(null, IstioObjects.AfterCharts(settings), cancellation),
            Hint = $"See: kubectl --context {cluster.Name} get all --namespace {RelayObjects.Namespace}",
            ByHand = [$"kubectl --context {cluster.Name} delete --ignore-not-found namespace {RelayObjects.Namespace}"],
        },
        .. IstioValues.Charts(cluster.Name, settings).Reverse().Select(chart => new Step
        {
            Name = $"uninstall chart {chart.Release} from {cluster.Name}",
            Act = (progress, cancellation) => installer.UninstallAsync(cluster, chart, progress, cancellation),
            Deadline = ChartDeadline,
            Hint = $"See: kubectl --context {cluster.Name} --namespace {HelmChartObject.Namespace} get jobs,pods",
            ByHand = [$"helm --kube-context {cluster.Name} --namespace {SystemNamespace} uninstall {chart.Release}"],
        }),
    ];

    private Step Authority(LabCluster cluster) => new()
    {
        Name = $"give the mesh of {cluster.Name} its certificate authority",
        IsDone = async cancellation => await MeshTrust.RootAsync(cluster, cancellation) is { } root && Own(cluster, root),
        Act = async (_, cancellation) =>
        {
            log.LogInformation("istio-system and cacerts go into {Cluster}, before istiod: it reads its authority once, when it starts", cluster.Name);
            await cluster.Api.ApplyAsync(null, [IstioObjects.SystemNamespace(), authority.Secret(cluster.Name)], cancellation);
        },
        Hint = $"See: kubectl --context {cluster.Name} --namespace {SystemNamespace} get secret cacerts",
        ByHand =
        [
            $"kubectl --context {cluster.Name} create namespace {SystemNamespace}",
            $"kubectl --context {cluster.Name} --namespace {SystemNamespace} create secret generic cacerts "
                + "--from-file=ca-cert.pem --from-file=ca-key.pem --from-file=root-cert.pem --from-file=cert-chain.pem   # one root for all clusters",
        ],
    };

    private bool Own(LabCluster cluster, string root) => root == MeshTrust.Fingerprint(authority.RootCertificatePem)
        ? true
        : throw new LabException(
            $"the Secret cacerts of {cluster.Name} has another root ({root[..8]}…) than this lab's mesh, and would not be trusted by the other clusters",
            $"Delete it, and the control plane that has read it: dotnet run --project Provisioner -- reset --to 3; kubectl --context {cluster.Name} --namespace {SystemNamespace} delete secret cacerts");

    private Step Chart(LabCluster cluster, IstioChart chart) => new()
    {
        Name = $"install chart {chart.Release} {IstioRelease.Version} in {cluster.Name}",
        IsDone = cancellation => installer.IsInstalledAsync(cluster, chart, cancellation),
        Act = (progress, cancellation) => installer.InstallAsync(cluster, chart, progress, cancellation),
        Deadline = ChartDeadline,
        Hint = $"See: kubectl --context {cluster.Name} --namespace {SystemNamespace} get pods; kubectl --context {cluster.Name} --namespace {HelmChartObject.Namespace} get jobs,pods",
        ByHand = installer.ByHand(cluster, chart),
    };

    private Step Ready(LabCluster cluster) => new KubeSteps(lab, cluster).Ready(IstioRelease.ControlPlane, SystemNamespace) with
    {
        Hint = $"See: kubectl --context {cluster.Name} --namespace {SystemNamespace} describe pods -l app=istiod; "
            + $"kubectl --context {cluster.Name} --namespace {SystemNamespace} logs -l app=istiod --tail 50",
    };

    private Step After(LabCluster cluster) => new()
    {
        Name = $"let other clusters read {cluster.Name}{(settings.RelayImage is not null ? ", and collect its spans" : "")}",
        IsDone = cancellation => cluster.Api.HasAsync(null, IstioObjects.AfterCharts(settings), cancellation),
        Act = (_, cancellation) => cluster.Api.ApplyAsync(null, IstioObjects.AfterCharts(settings), cancellation),
        Hint = $"See: kubectl --context {cluster.Name} --namespace {SystemNamespace} get secrets,telemetries",
        ByHand = [$"kubectl --context {cluster.Name} apply -f - <<'EOF'\n{string.Join("---\n", IstioObjects.AfterCharts(settings).Select(YamlText.Write))}EOF"],
    };
}
