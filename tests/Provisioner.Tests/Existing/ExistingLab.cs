using System.Diagnostics;
using System.Text.Json.Nodes;
using Provisioner.Api;
using Provisioner.Kubernetes;
using Provisioner.Mesh;
using Provisioner.Mesh.Istio;
using Provisioner.Plan;
using Provisioner.Tests.Plan;
using Provisioner.Tests.Running;
using Testing;

namespace Provisioner.Tests.Existing;

/// <summary>Two embedded clusters as somebody's own, a helm that records and installs the embedded mesh in Istio's place, and a provisioner in mode existing.</summary>
public sealed class ExistingLab : IAsyncDisposable
{
    // Istio's charts cannot be had here; what stands for them has their names, and the marks that Helm leaves.
    private const string Helm = """
        #!/bin/sh
        folder=$(dirname "$0")
        echo "$@" >> "$folder/helm.log"
        while [ $# -gt 0 ]; do
          case "$1" in
            version) echo "v3.19.0+g3d8990f"; exit 0;;
            upgrade) verb=install; release=$3; shift 2;;
            get) verb=values; release=$3; shift 2;;
            status|uninstall) verb=$1; release=$2; shift;;
            --kubeconfig) kubeconfig=$2; shift;;
            --kube-context) context=$2; shift;;
          esac
          shift
        done
        mark="$folder/$context-$release"
        kubectl="kubectl --kubeconfig $kubeconfig --context $context"
        case $verb in
          status) [ -f "$mark" ] || { echo "Error: release: not found" >&2; exit 1; }; echo '{"info":{"status":"deployed"}}';;
          values) cat "$mark.json";;
          install) $kubectl apply -f "$mark.yaml" >&2 && touch "$mark";;
          uninstall) [ -f "$mark" ] || exit 0; [ "$release" = istio-base ] || $kubectl delete -f "$mark.yaml" >&2; rm "$mark";;
        esac
        """;

    private readonly TemporaryFolder folder = new();
    private readonly EmbeddedClusters processes;
    private Process? provisioner;

    public ExistingLab() => processes = new EmbeddedClusters(folder.Path);

    internal LabPlan Plan { get; private set; } = null!;

    public ControlClient Client { get; private set; } = null!;

    /// <summary>Whether the lab's folder says that there is something to take back.</summary>
    public bool IsRecorded => File.Exists(folder.File(ExistingPlan.RecordFile));

    public string HelmLog => File.ReadAllText(folder.File("bin/helm.log"));

    public Kubectl KubectlOf(string cluster) => new(processes.KubeconfigOf(cluster));

    /// <summary>Starts everything but the provisioner, or skips the running test: a fixture that skips while it is made would fail it.</summary>
    public async Task StartAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the helm of this test is a shell script");
        Tool.Require("kubectl");
        var vip = FreePort.Next();
        var made = Plans.Make(folder.Path);
        Plan = made with
        {
            Mode = "existing",
            Until = 1,
            VipPort = vip,
            VipUrl = $"http://127.0.0.1:{vip}",
            StartedAt = DateTimeOffset.UtcNow,
            Existing = new ExistingPlan { Kubeconfig = folder.File("mine") },
            Clusters = [.. made.Clusters.Select(WithFreePort)],
        };
        await processes.StartAsync(Plan);
        File.WriteAllText(folder.File("mine"), UserKubeconfig());
        Plan = Plan with
        {
            Clusters = [.. Plan.Clusters.Select(cluster => cluster with { Existing = new ExistingClusterPlan { Context = $"dev-{cluster.Name}", PeerApi = ServerOf(cluster.Name) } })],
        };
        LabPlanFile.Write(folder.Path, Plan);
        WriteHelm();

        // Between clusters of somebody else's the path is theirs; here it is a PodRoute.
        foreach (var (from, to) in ((ClusterPlan, ClusterPlan)[])[(Plan.Clusters[0], Plan.Clusters[1]), (Plan.Clusters[1], Plan.Clusters[0])])
        {
            var route = folder.File($"route-{to.Name}.yaml");
            File.WriteAllText(
                route, $"apiVersion: lab.dev/v1\nkind: PodRoute\nmetadata: {{name: mine}}\nspec: {{peerCIDR: {from.PodCidr}, peerCluster: {from.Name}}}\n");
            await KubectlOf(to.Name).RunAsync("apply", "-f", route);
        }

        processes.Start(
            "GlobalIngress",
            ["--config-cluster", "us", "--kubeconfig", folder.File("kubeconfig"), "--project", Plan.Project, "--vip-port", $"{vip}",
                .. Plan.Clusters.SelectMany(cluster => (string[])["--member", $"{cluster.Name}={cluster.Location}/{cluster.ClusterName}"])]);
    }

    public async Task StartProvisionerAsync()
    {
        provisioner = processes.Start("Provisioner", ["serve", "--lab", folder.Path], WithHelm);
        await Eventually.HoldsAsync(() => ControlFiles.TryRead(folder.Path) is not null, "the provisioner serves", TimeSpan.FromSeconds(60));
        Client = ControlClient.TryOpen(folder.Path)!;
        await Eventually.HoldsAsync(async () => (await Client.StateAsync()).Running is null, "stage 1 is over");
    }

    /// <summary>Ends the lab as a crash does, and then has <c>down</c> take back what it left; returns its exit code.</summary>
    public async Task<int> CrashAndTakeBackAsync()
    {
        provisioner!.Kill();
        await provisioner.WaitForExitAsync();
        var down = processes.Start("Provisioner", ["down", "--lab", folder.Path], WithHelm);
        await down.WaitForExitAsync();
        return down.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        await processes.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>Every namespace and kind of a cluster, and every object of one kind outside of namespaces, by name.</summary>
    public async Task<string> InventoryAsync(string cluster)
    {
        var kinds = "namespaces,customresourcedefinitions,clusterroles,clusterrolebindings,mutatingwebhookconfigurations,validatingwebhookconfigurations";
        return await KubectlOf(cluster).RunAsync("get", kinds, "-o", "name");
    }

    private Dictionary<string, string> WithHelm => new() { ["PATH"] = $"{folder.File("bin")}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}" };

    private static ClusterPlan WithFreePort(ClusterPlan cluster)
    {
        var gateway = FreePort.Next();
        return cluster with { GatewayPort = gateway, GatewayUrl = $"http://127.0.0.1:{gateway}" };
    }

    private string ServerOf(string cluster) =>
        YamlDocuments.ParseAny(File.ReadAllText(processes.KubeconfigOf(cluster)), cluster)!["clusters"]![0]!["cluster"]!["server"]!.ToString();

    private string UserKubeconfig()
    {
        var (clusters, users, contexts) = (new JsonArray(), new JsonArray(), new JsonArray());
        foreach (var name in Plan.Clusters.Select(cluster => cluster.Name))
        {
            var own = YamlDocuments.ParseAny(File.ReadAllText(processes.KubeconfigOf(name)), name)!;
            clusters.Add(new JsonObject { ["name"] = $"c-{name}", ["cluster"] = own["clusters"]![0]!["cluster"]!.DeepClone() });
            users.Add(new JsonObject { ["name"] = $"u-{name}", ["user"] = own["users"]![0]!["user"]!.DeepClone() });
            contexts.Add(new JsonObject { ["name"] = $"dev-{name}", ["context"] = new JsonObject { ["cluster"] = $"c-{name}", ["user"] = $"u-{name}" } });
        }

        return YamlText.Write(new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Config",
            ["current-context"] = "dev-asia",
            ["clusters"] = clusters,
            ["users"] = users,
            ["contexts"] = contexts,
        });
    }

    private void WriteHelm()
    {
        Script.Write(Path.Combine(folder.File("bin"), "helm"), Helm);
        foreach (var cluster in Plan.Clusters.Select(cluster => cluster.Name))
        {
            foreach (var chart in IstioValues.Charts(cluster, new MeshSettings(null, false)))
            {
                var objects = EmbeddedMesh.Objects(cluster).Where(item => (item.Kind() == "CustomResourceDefinition") == (chart.Release == IstioChart.Base))
                    .Where(item => item.Kind() != "Namespace" && item.Name() != RemoteSecret.TokenSecret);
                File.WriteAllText(folder.File($"bin/{cluster}-{chart.Release}.yaml"), string.Join("---\n", objects.Select(item => YamlText.Write(AsChart(item, chart.Release)))));
                File.WriteAllText(folder.File($"bin/{cluster}-{chart.Release}.json"), chart.Values.ToJsonString());
            }
        }
    }

    private static JsonObject AsChart(JsonObject item, string release)
    {
        var copy = JsonNode.Parse(item.ToJsonString().Replace(EmbeddedMesh.Revision, IstioRelease.Revision, StringComparison.Ordinal))!.AsObject();
        var metadata = copy["metadata"]!.AsObject();
        if (copy.Kind() == "Deployment")
        {
            metadata["name"] = IstioRelease.ControlPlane;
        }

        var annotations = metadata["annotations"] as JsonObject ?? [];
        annotations["meta.helm.sh/release-name"] = release;
        metadata["annotations"] = annotations.Parent is null ? annotations : annotations.DeepClone();
        return copy;
    }
}
