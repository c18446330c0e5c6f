using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace GoogleEmulator.Tests;

/// <summary>A fleet of two clusters: memberships, the managed mesh, the path between pods, the global ingress.</summary>
public sealed class FleetTests(FleetTests.Emulator shared) : IClassFixture<FleetTests.Emulator>
{
    private const string Us = "us-central1-c";
    private const string Asia = "asia-northeast1-c";
    private const string Features = "/gkehub/v1/projects/P/locations/global/features";

    [Fact]
    public async Task A_cluster_joins_a_fleet_once_and_in_a_region_or_globally()
    {
        const string Parent = "/gkehub/v1/projects/P/locations";
        var twice = await shared.It.RefusedAsync(409, "POST", $"{Parent}/us-central1/memberships?membershipId=us", Emulator.Membership(Us, "us"));
        var zonal = await shared.It.RefusedAsync(400, "POST", $"{Parent}/us-central1-c/memberships?membershipId=us", Emulator.Membership(Us, "us"));
        var missing = await shared.It.RefusedAsync(400, "POST", $"{Parent}/global/memberships?membershipId=other", Emulator.Membership(Us, "other"));
        var again = await shared.It.OperateAsync("POST", $"{Parent}/global/memberships?membershipId=again", Emulator.Membership(Us, "us"));
        var listed = await shared.It.CallAsync("GET", $"{Parent}/-/memberships");
        var cluster = await shared.It.CallAsync("GET", $"/container/v1/projects/P/zones/{Us}/clusters/us");

        Assert.Contains("already exists", twice);
        Assert.Contains("global or a region", zonal);
        Assert.Contains("clusters/other was not found", missing);
        Assert.Contains("already registered", (string)again["error"]!["message"]!);
        Assert.Equal(2, listed["resources"]!.AsArray().Count);
        Assert.All(listed["resources"]!.AsArray(), membership => Assert.Equal("READY", (string)membership!["state"]!["code"]!));
        Assert.EndsWith("locations/us-central1/memberships/us", (string)cluster["fleet"]!["membership"]!);
    }

    [Fact]
    public async Task Automatic_management_brings_a_mesh_whose_discovery_follows_asm_options()
    {
        const string Options = "/api/v1/namespaces/istio-system/configmaps/asm-options";
        const string Secrets = "/api/v1/namespaces/istio-system/secrets?labelSelector=istio%2FmultiCluster%3Dtrue";
        await shared.It.OperateAsync("POST", $"{Features}?featureId=servicemesh", "{}");
        await Task.WhenAll(Automatic("us-central1", "us"), Automatic("asia-northeast1", "asia"));
        var ready = await shared.It.UntilAsync($"{Features}/servicemesh", feature => Count(feature.ToJsonString(), "REVISION_READY") == 2, "both meshes are ready");
        var (_, istiod) = await shared.It.KubeAsync(Us, "us", "GET", "/apis/apps/v1/namespaces/istio-system/deployments/istiod");
        await SecretsAsync(1);
        await Task.WhenAll(Mode(Us, "us", "disconnected"), Mode(Asia, "asia", "connected"));
        await SecretsAsync(0);
        await Mode(Us, "us", "connected");
        await SecretsAsync(1);

        var state = ready["membershipStates"]!.AsObject().Single(entry => entry.Key.EndsWith("locations/us-central1/memberships/us"));
        Assert.Matches("^projects/[0-9]{12}/", state.Key);
        Assert.Equal("OK", (string)state.Value!["state"]!["code"]!);
        Assert.Equal("ACTIVE", (string)state.Value["servicemesh"]!["controlPlaneManagement"]!["state"]!);
        Assert.Equal("TRAFFIC_DIRECTOR", (string)state.Value["servicemesh"]!["controlPlaneManagement"]!["implementation"]!);
        Assert.Equal("asm-managed", (string)istiod["metadata"]!["labels"]!["istio.io/rev"]!);

        Task Automatic(string region, string name) => shared.It.OperateAsync(
            "PATCH",
            $"/gkehub/v2/projects/P/locations/{region}/memberships/{name}/features/servicemesh?allowMissing=True&updateMask=spec",
            """{"spec":{"servicemesh":{"management":"MANAGEMENT_AUTOMATIC"}}}""");

        Task Mode(string zone, string cluster, string mode) =>
            shared.It.KubeAsync(zone, cluster, "PATCH", Options, $$$"""{"data":{"multicluster_mode":"{{{mode}}}"}}""", "application/merge-patch+json");

        Task SecretsAsync(int count) => Testing.Eventually.HoldsAsync(
            async () => await NumberAsync(Us, "us") == count && await NumberAsync(Asia, "asia") == count, $"each cluster has {count} remote secrets", TimeSpan.FromSeconds(60));

        async Task<int> NumberAsync(string zone, string cluster) => (await shared.It.KubeAsync(zone, cluster, "GET", Secrets)).Body["items"]!.AsArray().Count;
    }

    [Fact]
    public async Task A_firewall_rule_for_the_nodes_tags_opens_the_path_between_pods_and_its_deletion_closes_it()
    {
        const string Firewalls = "/compute/v1/projects/P/global/firewalls";
        var instances = await shared.It.CallAsync("GET", "/compute/v1/projects/P/aggregated/instances");
        var nodes = instances["items"]!.AsObject().SelectMany(zone => zone.Value!["instances"]!.AsArray()).ToArray();
        var tags = nodes.Select(node => (string)node!["tags"]!["items"]![0]!).Distinct().ToArray();
        var wrong = await shared.It.RefusedAsync(400, "POST", Firewalls, """{"name":"wrong","allowed":[{"IPProtocol":"tcp"}],"sourceRanges":["10.10.0.0/16","ten"]}""");
        var rule = $$"""{"name":"pods","allowed":[{"IPProtocol":"tcp"}],"priority":900,"sourceRanges":["10.10.0.0/16","10.20.0.0/16"],"targetTags":["{{tags[0]}}","{{tags[1]}}"]}""";
        await shared.It.OperateAsync("POST", Firewalls, rule);
        var twice = await shared.It.RefusedAsync(409, "POST", Firewalls, rule);
        await RoutesAsync(1);
        await shared.It.OperateAsync("DELETE", $"{Firewalls}/pods");
        await RoutesAsync(0);

        Assert.Equal((4, 2), (nodes.Length, tags.Length));
        Assert.All(tags, tag => Assert.Matches("^gke-(us|asia)-[0-9a-f]{8}-node$", tag));
        Assert.Contains("sourceRanges[1]", wrong);
        Assert.Equal($"The resource 'projects/{RunningEmulator.Project}/global/firewalls/pods' already exists", twice);

        Task RoutesAsync(int count) => Testing.Eventually.HoldsAsync(
            async () => await ReadyAsync(Us, "us") == count && await ReadyAsync(Asia, "asia") == count, $"each cluster has {count} ready PodRoutes", TimeSpan.FromSeconds(60));

        async Task<int> ReadyAsync(string zone, string cluster) => (await shared.It.KubeAsync(zone, cluster, "GET", "/apis/lab.dev/v1/podroutes")).Body["items"]!.AsArray()
            .Count(route => route!["status"]?["conditions"]?[0]?["status"]?.ToString() == "True");
    }

    [Fact]
    public async Task The_global_ingress_needs_its_config_membership_and_leaves_load_balancers_behind_when_it_is_forced_away()
    {
        const string Kinds = "/apis/networking.gke.io/v1/namespaces/default";
        const string Pod = """
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","labels":{"app":"web"}},
            "spec":{"containers":[{"name":"web","image":"us-docker.pkg.dev/google-samples/containers/gke/whereami:v1.2.8","ports":[{"containerPort":80}]}]}}
            """;
        var path = $"projects/{RunningEmulator.Project}/locations";
        await shared.It.OperateAsync("POST", $"{Features}?featureId=multiclusteringress", Config($"{path}/global/memberships/us"));
        var lost = await shared.It.UntilAsync($"{Features}/multiclusteringress", feature => feature["state"]?["state"]?["code"] is not null, "the feature has a state");
        await shared.It.OperateAsync("PATCH", $"{Features}/multiclusteringress?updateMask=spec.multiclusteringress.config_membership", Config($"{path}/us-central1/memberships/us"));
        var ready = await shared.It.UntilAsync($"{Features}/multiclusteringress", feature => (string?)feature["state"]?["state"]?["code"] == "OK", "the controller runs");
        await PostAsync("multiclusterservices", """{"apiVersion":"networking.gke.io/v1","kind":"MultiClusterService","metadata":{"name":"web"},"spec":{"template":{"spec":{"selector":{"app":"web"},"ports":[{"name":"http","port":80}]}}}}""");
        Assert.Equal(201, (await shared.It.KubeAsync(Us, "us", "POST", "/api/v1/namespaces/default/secrets", Certificate())).Status);
        await PostAsync("multiclusteringresses", """{"apiVersion":"networking.gke.io/v1","kind":"MultiClusterIngress","metadata":{"name":"web"},"spec":{"template":{"spec":{"backend":{"serviceName":"web","servicePort":80},"tls":[{"secretName":"web"}]}}}}""");
        var rule = await FirstAsync("global/forwardingRules");
        var proxy = await FirstAsync("global/targetHttpProxies");
        var (secureRule, secureProxy) = (await FirstAsync("global/forwardingRules", at: 1), await FirstAsync("global/targetHttpsProxies"));
        Assert.Equal(201, (await shared.It.KubeAsync(Us, "us", "POST", "/api/v1/namespaces/default/pods", Pod)).Status);
        await HealthyAsync();
        var kept = await shared.It.RefusedAsync(400, "DELETE", $"{Features}/multiclusteringress?force=False");
        await shared.It.OperateAsync("DELETE", $"{Features}/multiclusteringress?force=True");
        var left = await FirstAsync("global/forwardingRules");
        var used = await shared.It.RefusedAsync(400, "DELETE", $"/compute/v1/projects/P/global/targetHttpProxies/{proxy["name"]}");
        await Task.WhenAll(DeleteAsync(left), DeleteAsync(secureRule));
        await Task.WhenAll(DeleteAsync(proxy), DeleteAsync(secureProxy));

        Assert.Equal("ERROR", (string)lost["state"]!["state"]!["code"]!);
        Assert.Contains("AVMBR111", (string)lost["state"]!["state"]!["description"]!);
        Assert.Equal("Ready to use", (string)ready["state"]!["state"]!["description"]!);
        Assert.Equal(((string)proxy["selfLink"]!, "80-80"), ((string)rule["target"]!, (string)rule["portRange"]!));
        Assert.Equal(((string)secureProxy["selfLink"]!, "443-443"), ((string)secureRule["target"]!, (string)secureRule["portRange"]!));
        Assert.EndsWith("/sslCertificates/" + (string?)(await FirstAsync("global/sslCertificates"))["name"], (string)secureProxy["sslCertificates"]![0]!);
        Assert.Contains("MultiClusterIngress default/web", kept);
        Assert.Equal((string)rule["name"]!, (string)left["name"]!);
        Assert.Contains($"is already being used by 'projects/{RunningEmulator.Project}/global/forwardingRules/{rule["name"]}'", used);
        Assert.Empty((await shared.It.CallAsync("GET", "/compute/v1/projects/P/global/forwardingRules"))["items"]!.AsArray());

        static string Config(string membership) => $$$$"""{"spec":{"multiclusteringress":{"configMembership":"{{{{membership}}}}"}}}""";

        async Task PostAsync(string kind, string body) => Assert.Equal(201, (await shared.It.KubeAsync(Us, "us", "POST", $"{Kinds}/{kind}", body)).Status);

        async Task<JsonNode> FirstAsync(string collection, int at = 0)
        {
            var list = await shared.It.UntilAsync($"/compute/v1/projects/P/{collection}", answer => answer["items"] is JsonArray items && items.Count > at, $"there are {collection}");
            return list["items"]![at]!;
        }

        // As gcloud compute backend-services get-health asks: for each group of the service.
        async Task HealthyAsync()
        {
            var groups = (await FirstAsync("global/backendServices"))["backends"]!.AsArray().Select(backend => (string)backend!["group"]!).ToArray();
            var near = groups.Single(group => group.Contains($"/zones/{Us}/"));
            var health = $"/compute/v1/projects/P/global/backendServices/{(await FirstAsync("global/backendServices"))["name"]}/getHealth";
            await Testing.Eventually.HoldsAsync(
                async () => (string?)(await shared.It.CallAsync("POST", health, $$"""{"group":"{{near}}"}"""))["healthStatus"]?[0]?["healthState"] == "HEALTHY",
                "the pod is healthy",
                TimeSpan.FromSeconds(60));
            Assert.Null((await shared.It.CallAsync("POST", health, $$"""{"group":"{{groups.Single(group => group != near)}}"}"""))["healthStatus"]);
            Assert.Equal(1, (int)(await shared.It.CallAsync("GET", new Uri(near).AbsolutePath))["size"]!);
            var endpoints = await shared.It.CallAsync("POST", new Uri(near).AbsolutePath + "/listNetworkEndpoints");
            var pod = (await shared.It.KubeAsync(Us, "us", "GET", "/api/v1/namespaces/default/pods/web")).Body;
            Assert.Equal((string)pod["status"]!["podIP"]!, (string)Assert.Single(endpoints["items"]!.AsArray())!["networkEndpoint"]!["ipAddress"]!);
        }

        Task DeleteAsync(JsonNode resource) => shared.It.OperateAsync("DELETE", new Uri((string)resource["selfLink"]!).AbsolutePath);
    }

    private static string Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=web.example", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddHours(1));
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Secret",
            ["metadata"] = new JsonObject { ["name"] = "web" },
            ["type"] = "kubernetes.io/tls",
            ["stringData"] = new JsonObject { ["tls.crt"] = certificate.ExportCertificatePem(), ["tls.key"] = key.ExportPkcs8PrivateKeyPem() },
        }.ToJsonString();
    }

    private static int Count(string text, string word) => text.Split(word).Length - 1;

    public sealed class Emulator : IAsyncLifetime
    {
        public RunningEmulator It { get; private set; } = null!;

        public static string Membership(string zone, string cluster) =>
            $$$$"""{"endpoint":{"gkeCluster":{"resourceLink":"//container.googleapis.com/projects/{{{{RunningEmulator.Project}}}}/locations/{{{{zone}}}}/clusters/{{{{cluster}}}}"}}}""";

        public async ValueTask InitializeAsync()
        {
            It = await RunningEmulator.StartAsync("--operation-delay", "100ms");
            await Task.WhenAll(
                It.OperateAsync(
                    "POST",
                    "/serviceusage/v1/projects/P/services:batchEnable",
                    """{"serviceIds":["mesh.googleapis.com","multiclusteringress.googleapis.com","multiclusterservicediscovery.googleapis.com"]}"""),
                It.CreateClustersAsync(("us", Us), ("asia", Asia)));
            await Task.WhenAll(
                It.OperateAsync("POST", "/gkehub/v1/projects/P/locations/us-central1/memberships?membershipId=us", Membership(Us, "us")),
                It.OperateAsync("POST", "/gkehub/v1/projects/P/locations/asia-northeast1/memberships?membershipId=asia", Membership(Asia, "asia")));
        }

        public ValueTask DisposeAsync() => It.DisposeAsync();
    }
}
