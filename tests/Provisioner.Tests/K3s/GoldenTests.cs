using System.Text;
using System.Text.Json.Nodes;
using Provisioner.Clusters;
using Provisioner.Clusters.K3s;
using Provisioner.Kubernetes;
using Provisioner.Mesh;
using Provisioner.Mesh.Istio;
using Provisioner.Modes;
using Provisioner.Stages;
using Provisioner.Tests.Golden;

namespace Provisioner.Tests.K3s;

/// <summary>Every object, argument list and value that a lab on k3s generates, for two and three clusters.</summary>
public sealed class GoldenTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Charts_and_objects_of_the_mesh_are_as_reviewed(int clusters)
    {
        var plan = K3sPlans.Make("/lab", clusters);
        var settings = K3sMode.SettingsOf(plan);

        GoldenFile.Equal($"mesh-{clusters}.golden.yaml", Documents(plan.Clusters.SelectMany(cluster => (JsonObject[])
        [
            IstioObjects.SystemNamespace(),
            .. IstioValues.Charts(cluster.Name, settings).Select(chart => HelmChartObject.Create(chart, archive: null)),
            .. IstioObjects.AfterCharts(settings),
        ])));
    }

    [Fact]
    public void A_bundle_brings_the_charts_in_the_object_and_forbids_pulls()
    {
        var chart = IstioValues.Charts("us", new MeshSettings("docker.io/lab/relay:1.0", Offline: true))[1];

        var item = HelmChartObject.Create(chart, Encoding.UTF8.GetBytes("a chart"));

        GoldenFile.Equal("chart-offline.golden.yaml", YamlText.Write(item));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Remote_secrets_are_as_reviewed(int clusters)
    {
        var plan = K3sPlans.Make("/lab", clusters);

        GoldenFile.Equal($"remote-secrets-{clusters}.golden.txt", string.Join('\n',
            from cluster in plan.Clusters
            from peer in plan.Clusters
            where peer != cluster
            let secret = RemoteSecret.Create(peer.Name, new PeerApi($"https://172.18.0.{plan.Clusters.ToList().IndexOf(peer) + 2}:6443", peer.K3s!.Alias), "PEM", "TOKEN")
            select $"# in {cluster.Name}\n{YamlText.Write(secret)}# data.{peer.Name}:\n{Encoding.UTF8.GetString(Convert.FromBase64String(secret["data"]![peer.Name]!.ToString()))}"));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Routes_between_nodes_are_as_reviewed(int clusters)
    {
        var plan = K3sPlans.Make("/lab", clusters);
        var networks = plan.Clusters.Select((cluster, index) => (cluster, Network: PodNetwork.Of(Nodes(index + 1, index + 1)))).ToArray();

        GoldenFile.Equal($"routes-{clusters}.golden.txt", string.Join('\n',
            from node in networks
            from peer in networks
            where peer.cluster != node.cluster
            from command in RouteTable.Commands(new Dictionary<string, string>(), peer.Network.Routes, peer.cluster.PodCidr)
            select $"docker exec {node.cluster.K3s!.Server} {string.Join(' ', command)}") + "\n");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Arguments_of_helm_and_istioctl_are_as_reviewed(int clusters)
    {
        var plan = K3sPlans.Make("/lab", clusters);
        var settings = new MeshSettings(RelayImage: null, Offline: false);
        var text = new StringBuilder();
        foreach (var cluster in plan.Clusters)
        {
            foreach (var chart in IstioValues.Charts(cluster.Name, settings))
            {
                text.AppendLine($"helm {string.Join(' ', HelmCommand.Install(cluster.Kubeconfig, cluster.Name, chart, $"/lab/{chart.Release}-{cluster.Name}.yaml", archives: null))}");
                text.AppendLine($"helm {string.Join(' ', HelmCommand.Uninstall(cluster.Kubeconfig, cluster.Name, chart))}");
            }

            text.AppendLine($"istioctl {string.Join(' ', IstioOperator.Install(cluster.Kubeconfig, cluster.Name, $"/lab/istio-operator-{cluster.Name}.yaml"))}");
            text.AppendLine($"istioctl {string.Join(' ', IstioOperator.Uninstall(cluster.Kubeconfig, cluster.Name))}");
            text.AppendLine(YamlText.Write(IstioOperator.Create(IstioValues.Charts(cluster.Name, settings)[1])));
        }

        GoldenFile.Equal($"tools-{clusters}.golden.txt", text.ToString());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Overlays_of_whereami_are_as_reviewed(int clusters)
    {
        var plan = K3sPlans.Make("/lab", clusters);
        using var lab = new Provisioner.Clusters.Lab(plan);
        var manifest = Manifests.Read(lab, Manifests.Whereami);

        GoldenFile.Equal(
            $"overlays-{clusters}.golden.yaml",
            string.Join("---\n", plan.Clusters.Select(cluster => WhereamiOverlay.For(plan, cluster)!.Kustomization(manifest))));
    }

    /// <summary>Nodes as the API lists them: the first is the server.</summary>
    internal static JsonObject Nodes(int cluster, int count) => new()
    {
        ["items"] = new JsonArray([.. Enumerable.Range(0, count).Select(index => new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = $"node-{index}",
                ["labels"] = index == 0 ? new JsonObject { ["node-role.kubernetes.io/control-plane"] = "true" } : new JsonObject(),
            },
            ["spec"] = new JsonObject { ["podCIDR"] = $"10.{cluster}0.{index}.0/24" },
            ["status"] = new JsonObject
            {
                ["addresses"] = new JsonArray(new JsonObject { ["type"] = "InternalIP", ["address"] = $"172.18.{cluster}.{index + 2}" }),
                ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True", ["message"] = "kubelet is posting ready status" }),
            },
        })]),
    };

    private static string Documents(IEnumerable<JsonObject> objects) => string.Join("---\n", objects.Select(YamlText.Write));
}
