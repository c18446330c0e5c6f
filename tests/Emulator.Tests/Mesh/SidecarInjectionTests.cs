using System.Text.Json.Nodes;
using Emulator.Mesh.Injection;
using Emulator.Storage;

namespace Emulator.Tests.Mesh;

public sealed class SidecarInjectionTests
{
    private const string Revision = "asm-1281-4";

    [Fact]
    public async Task A_pod_in_a_labelled_namespace_gets_a_sidecar_after_its_own_containers()
    {
        await using var cluster = await StartAsync($"istio.io/rev: {Revision}");
        var pod = cluster.Create(Pod("{name: web-1, labels: {app: web}}"));

        Assert.Equal(["web", "istio-proxy"], Names(pod));
        Assert.Equal("lab.dev/proxyv2:1.28.1-asm.4", Proxy(pod)["image"].Text());
        Assert.Equal("istio", pod.Label("security.istio.io/tlsMode"));
        Assert.Equal("web", pod.Label("service.istio.io/canonical-name"));
        Assert.Equal(Revision, pod.Label("istio.io/rev"));
        Assert.Equal("web", pod.Annotation("kubectl.kubernetes.io/default-container"));
        Assert.Contains("\"istio-proxy\"", pod.Annotation("sidecar.istio.io/status"));
    }

    [Theory]
    [InlineData("istio-injection: enabled", true)]
    [InlineData("istio-injection: disabled", false)]
    [InlineData("istio.io/rev: another", false)]
    [InlineData("team: a", false)]
    public async Task The_namespaces_labels_decide(string labels, bool injected)
    {
        await using var cluster = await StartAsync(labels);

        Assert.Equal(injected, Names(cluster.Create(Pod("{name: web-1}"))).Contains("istio-proxy"));
    }

    [Theory]
    [InlineData("{name: p, labels: {sidecar.istio.io/inject: 'false'}}")]
    [InlineData("{name: p, annotations: {sidecar.istio.io/inject: 'false'}}")]
    public async Task A_pod_can_refuse_the_sidecar(string metadata)
    {
        await using var cluster = await StartAsync($"istio.io/rev: {Revision}");

        Assert.Equal(["web"], Names(cluster.Create(Pod(metadata))));
    }

    [Fact]
    public async Task A_pod_can_ask_for_the_sidecar_in_a_namespace_without_labels()
    {
        await using var cluster = await StartAsync("team: a");

        Assert.Equal(["web", "istio-proxy"], Names(cluster.Create(Pod($"{{name: p, labels: {{sidecar.istio.io/inject: 'true', istio.io/rev: {Revision}}}}}"))));
    }

    [Fact]
    public async Task A_gateway_pod_keeps_its_own_settings_and_gets_the_image_for_auto()
    {
        await using var cluster = await StartAsync($"istio.io/rev: {Revision}");
        var pod = cluster.Create("""
            apiVersion: v1
            kind: Pod
            metadata:
              generateName: istio-ingressgateway-5d4f-
              namespace: shop
              labels: {app: istio-ingressgateway, istio: ingressgateway}
              annotations: {inject.istio.io/templates: gateway}
            spec:
              containers:
                - name: istio-proxy
                  image: auto
                  resources: {requests: {cpu: 50m}}
                  env: [{name: ISTIO_META_CLUSTER_ID, value: mine}, {name: OWN, value: x}]
            """);

        var proxy = Proxy(pod);
        Assert.Equal(["istio-proxy"], Names(pod));
        Assert.Equal("lab.dev/proxyv2:1.28.1-asm.4", proxy["image"].Text());
        Assert.Equal("router", proxy["args"]![1].Text());
        Assert.Equal("50m", proxy["resources"]!["requests"]!["cpu"].Text());
        Assert.Equal("128Mi", proxy["resources"]!["requests"]!["memory"].Text());
        Assert.Equal("mine", proxy["env"].Items().Single(item => item["name"].Text() == "ISTIO_META_CLUSTER_ID")["value"].Text());
        Assert.Null(pod.Label("security.istio.io/tlsMode"));
    }

    [Fact]
    public async Task A_template_that_does_not_exist_is_refused_by_name()
    {
        await using var cluster = await StartAsync($"istio.io/rev: {Revision}");

        var refusal = Assert.Throws<ApiException>(() => cluster.Create(Pod("{name: p, annotations: {inject.istio.io/templates: nosuch}}")));
        Assert.Contains("requested template \"nosuch\" not found; have [sidecar gateway]", refusal.Message);
    }

    [Fact]
    public async Task While_istiod_is_down_no_pod_that_wants_a_sidecar_is_made()
    {
        await using var cluster = await StartAsync($"istio.io/rev: {Revision}");
        await cluster.StopIstiodAsync();

        var refusal = Assert.Throws<ApiException>(() => cluster.Create(Pod("{name: p}")));
        Assert.Equal(500, refusal.Code);
        Assert.Equal(
            "Internal error occurred: failed calling webhook \"rev.namespace.sidecar-injector.istio.io\": failed to call webhook: "
            + "Post \"https://istiod.istio-system.svc:443/inject?timeout=10s\": no endpoints available for service \"istiod\"",
            refusal.Message);
        Assert.Equal(["web"], Names(cluster.Create(Pod("{name: q, labels: {sidecar.istio.io/inject: 'false'}}"))));
    }

    private static async Task<InjectionCluster> StartAsync(string namespaceLabels)
    {
        var cluster = new InjectionCluster();
        foreach (var file in (string[])["istio-system.yaml", "istiod.yaml", "injection.yaml"])
        {
            cluster.Mesh.Apply(await EmbeddedManifests.ReadAsync(file));
        }

        cluster.Mesh.Apply($"{{apiVersion: v1, kind: Namespace, metadata: {{name: shop, labels: {{{namespaceLabels}}}}}}}");
        await cluster.Mesh.StartIstiodAsync();
        await cluster.Mesh.SnapshotAsync(_ => true);
        return cluster;
    }

    private static string Pod(string metadata) => $"""
        apiVersion: v1
        kind: Pod
        metadata: {metadata}
        spec:
          containers: [{"{name: web, image: 'x:1', ports: [{containerPort: 8080}]}"}]
        """;

    private static List<string> Names(JsonObject pod) => [.. pod["spec"]!["containers"].Items().Select(container => container["name"].Text()!)];

    private static JsonObject Proxy(JsonObject pod) => pod["spec"]!["containers"].Items().Single(container => container["name"].Text() == "istio-proxy");

    /// <summary>A cluster whose admission has the injection step.</summary>
    private sealed class InjectionCluster : IAsyncDisposable
    {
        private readonly Registry registry;

        public InjectionCluster() =>
            registry = new Registry(Mesh.Store, MeshTestCluster.Catalog(), [new SidecarInjection(Mesh.Store, Mesh.Plane)], TimeProvider.System);

        public MeshTestCluster Mesh { get; } = new();

        public JsonObject Create(string yaml)
        {
            var node = MeshYaml.Read(yaml).Single();
            node["metadata"]!["namespace"] = "shop";
            return registry.Create(KnownTypes.Pods, node, WriteOptions.System).Node;
        }

        public Task StopIstiodAsync() => Mesh.StopIstiodAsync();

        public ValueTask DisposeAsync() => Mesh.DisposeAsync();
    }
}
