using System.Text.Json.Nodes;
using Testing;

namespace GoogleEmulator.Tests;

/// <summary>The commands of the lab, by the real gcloud.</summary>
public sealed class GcloudTests(GcloudTests.Emulator shared) : IClassFixture<GcloudTests.Emulator>
{
    private const string Us = "projects/demo-proj/locations/us-central1/memberships/us";
    private const string Asia = "projects/demo-proj/locations/asia-northeast1/memberships/asia";

    private static readonly string[] s_ofARehearsal =
    [
        "projects describe demo-proj",
        "billing projects describe demo-proj",
        "services list --enabled --format=value(config.name)",
        "container fleet memberships list",
        "compute network-endpoint-groups list",
        "compute url-maps list",
        "compute target-http-proxies list",
        "compute backend-services list --global",
        "compute forwarding-rules list --global",
        "compute health-checks list --global",
        "compute regions describe us-central1",
    ];

    private Gcloud Gcloud => new(shared.It);

    [Fact]
    public async Task The_way_from_clusters_to_an_ingress_and_back_is_gone_by_the_real_gcloud()
    {
        Tool.Require("gcloud");
        Tool.Require("gke-gcloud-auth-plugin");
        await Task.WhenAll(
            Gcloud.RunAsync("container clusters create us --zone us-central1-c --machine-type=e2-standard-4 --num-nodes=2 --workload-pool=demo-proj.svc.id.goog --labels=lab=demo"),
            Gcloud.RunAsync("container clusters create asia --zone asia-northeast1-c --machine-type=e2-standard-4 --num-nodes=2 --workload-pool=demo-proj.svc.id.goog --async"),
            Gcloud.RunAsync("services enable gkehub.googleapis.com mesh.googleapis.com"));
        await shared.It.UntilAsync(
            "/container/v1/projects/P/zones/asia-northeast1-c/clusters/asia", cluster => (string?)cluster["status"] == "RUNNING", "the second cluster runs");

        await Task.WhenAll(ClustersAsync(), RegisterAsync("us", "us-central1-c", times: 2), RegisterAsync("asia", "asia-northeast1-c"), Gcloud.RunAsync("container fleet mesh enable"));
        await Task.WhenAll(MeshAsync(), FirewallAsync(), ReadingAsync());
        await IngressAsync();
        await DownAsync();
    }

    private async Task ClustersAsync()
    {
        await Gcloud.RunAsync("container clusters get-credentials us --zone us-central1-c");
        var nodes = await Gcloud.TryAsync("kubectl", "get", "nodes", "--context", "gke_demo-proj_us-central1-c_us", "-o", "name");
        Assert.True(nodes.IsSuccess, nodes.StandardError);
        Assert.Equal(2, nodes.StandardOutput.Split("node/gke-us-default-pool-").Length - 1);

        // As against Google Cloud: gcloud sends the whole set, and a label that is not named goes.
        await Gcloud.RunAsync("container clusters update us --zone us-central1-c --update-labels lab=demo,mesh_id=proj-1");
        var cluster = JsonNode.Parse(await Gcloud.RunAsync("container clusters describe us --zone us-central1-c --format=json"))!;
        Assert.Equal(("demo", "proj-1"), ((string)cluster["resourceLabels"]!["lab"]!, (string)cluster["resourceLabels"]!["mesh_id"]!));
        Assert.Contains("Not found", await Gcloud.FailAsync("container clusters describe nosuch --zone us-central1-c"));
    }

    private async Task RegisterAsync(string cluster, string zone, int times = 1)
    {
        for (var time = 0; time < times; time++)
        {
            await Gcloud.RunAsync($"container fleet memberships register {cluster} --gke-cluster={zone}/{cluster} --enable-workload-identity");
        }
    }

    private async Task MeshAsync()
    {
        await Gcloud.RunAsync($"container fleet mesh update --management automatic --memberships={Us},{Asia}");
        await shared.It.UntilAsync(
            "/gkehub/v1/projects/P/locations/global/features/servicemesh", feature => feature.ToJsonString().Split("REVISION_READY").Length == 3, "both meshes are ready");
        Assert.Contains("Revision(s) ready for use: asm-managed.", await Gcloud.RunAsync("container fleet mesh describe"));
    }

    private async Task FirewallAsync()
    {
        var cidrs = await Gcloud.RunAsync("container clusters list --format=value(clusterIpv4Cidr)");
        var tags = await Gcloud.RunAsync("compute instances list --filter=name~^gke-us- --format=value(tags.items.[0])");
        Assert.Equal(["10.10.0.0/16", "10.20.0.0/16"], cidrs.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
        var tag = Assert.Single(tags.Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct());

        var create = $"compute firewall-rules create pods --allow=tcp,udp,icmp,esp,ah,sctp --direction=INGRESS --priority=900 --source-ranges=10.10.0.0/16,10.20.0.0/16 --target-tags={tag} --quiet";
        await Gcloud.RunAsync(create);
        Assert.Contains("already exists", await Gcloud.FailAsync(create));
        Assert.Equal(tag, (await Gcloud.RunAsync("compute firewall-rules describe pods --format=value(targetTags)")).Trim());
        Assert.Contains("pods", await Gcloud.RunAsync("compute firewall-rules list --format=value(name)"));
        await Gcloud.RunAsync("compute firewall-rules delete pods");
    }

    private async Task ReadingAsync()
    {
        string[] commands =
        [
            "projects get-iam-policy demo-proj",
            "projects add-iam-policy-binding demo-proj --member=user:a@b.invalid --role=roles/gkehub.admin",
            "container hub memberships describe us",
            "container fleet features list",
            "compute networks list",
            "compute machine-types describe e2-standard-4 --zone us-central1-c",
            // Each is a second of a processor, and a rehearsal makes these calls as well.
            .. Environment.GetEnvironmentVariable("LAB_SLOW") == "1" ? s_ofARehearsal : [],
        ];
        await Task.WhenAll(commands.Select(Gcloud.RunAsync));
        Assert.Contains("is not enabled", await Gcloud.FailAsync("container fleet ingress describe"));
    }

    private async Task IngressAsync()
    {
        await Gcloud.RunAsync($"container fleet ingress enable --config-membership={Us}");
        await Task.WhenAll(
            Gcloud.RunAsync($"container fleet ingress update --config-membership={Asia}"),
            Gcloud.RunAsync("compute addresses create vip --global"));
        Assert.Contains("configMembership", await Gcloud.RunAsync("beta container hub ingress describe"));
        var kinds = await Gcloud.TryAsync("kubectl", "api-resources", "--context", "gke_demo-proj_us-central1-c_us", "--api-group=networking.gke.io", "-o", "name");
        Assert.Contains("multiclusteringresses.networking.gke.io", kinds.StandardOutput);
    }

    private async Task DownAsync()
    {
        await Task.WhenAll(
            Gcloud.RunAsync("container fleet ingress disable --force"),
            Gcloud.RunAsync("container fleet mesh disable --force"),
            Gcloud.RunAsync("compute addresses delete vip --global"));
        await Task.WhenAll(
            Gcloud.RunAsync("container fleet memberships unregister us --gke-cluster=us-central1-c/us"),
            Gcloud.RunAsync("container fleet memberships unregister asia --gke-cluster=asia-northeast1-c/asia"));
        await Task.WhenAll(
            Gcloud.RunAsync("container clusters delete us --zone us-central1-c"),
            Gcloud.RunAsync("container clusters delete asia --zone asia-northeast1-c"));
        Assert.Equal("", await Gcloud.RunAsync("container clusters list"));
        Assert.DoesNotContain("gke-", await Gcloud.RunAsync("compute firewall-rules list --format=value(name)"));
    }

    public sealed class Emulator : IAsyncLifetime
    {
        internal RunningEmulator It { get; private set; } = null!;

        public async ValueTask InitializeAsync() => It = await RunningEmulator.StartAsync("--operation-delay", "100ms");

        public ValueTask DisposeAsync() => It.DisposeAsync();
    }
}
