using Emulator.Storage;
using Microsoft.AspNetCore.Builder;
using Testing;

namespace Emulator.Tests.Mesh;

public sealed class MeshControlPlaneTests
{
    private const string Service = """
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: shop}
        spec: {clusterIP: 10.255.10.7, ports: [{name: http, port: 80, targetPort: 8080}]}
        """;

    [Fact]
    public async Task There_is_no_snapshot_before_istiod_has_run()
    {
        await using var cluster = new MeshTestCluster();
        cluster.Apply(Service);

        Assert.Null(cluster.Plane.Current);
        Assert.Throws<InvalidOperationException>(() => cluster.Plane.Issue("shop", "default"));
    }

    [Fact]
    public async Task A_new_service_is_in_the_next_snapshot()
    {
        await using var cluster = new MeshTestCluster();
        await cluster.StartIstiodAsync();
        await cluster.SnapshotAsync(snapshot => snapshot.Services.IsEmpty);

        cluster.Apply(Service);

        var snapshot = await cluster.SnapshotAsync(now => now.Services.ContainsKey("web.shop.svc.cluster.local"));
        Assert.Equal("10.255.10.7", snapshot.Services["web.shop.svc.cluster.local"].ClusterAddresses.Single().ToString());
    }

    [Fact]
    public async Task Istiod_is_ended_by_whoever_stops_it_and_by_whoever_watches_it()
    {
        await using var cluster = new MeshTestCluster();
        var istiod = await cluster.StartIstiodAsync();

        await istiod.DisposeAsync();
        await istiod.StopAsync(TimeSpan.FromSeconds(5));
        await istiod.DisposeAsync();

        Assert.Equal(0, await istiod.Exited);
    }

    [Fact]
    public async Task Proxies_keep_the_last_snapshot_while_istiod_is_down_and_get_no_certificates()
    {
        await using var cluster = new MeshTestCluster();
        cluster.Apply(Service);
        await cluster.StartIstiodAsync();
        await cluster.SnapshotAsync(now => now.Services.Count == 1);
        Assert.Equal("spiffe://cluster.local/ns/shop/sa/default", cluster.Plane.Issue("shop", "default").Id);

        await cluster.StopIstiodAsync();
        cluster.Store.TryDelete(new ResourceKey(KnownTypes.Services, "shop", "web"));

        Assert.Single(cluster.Plane.Current!.Services);
        Assert.Throws<InvalidOperationException>(() => cluster.Plane.Issue("shop", "default"));
        await cluster.StartIstiodAsync();
        await cluster.SnapshotAsync(now => now.Services.IsEmpty);
    }

    [Fact]
    public async Task Keys_that_a_RequestAuthentication_names_by_address_are_fetched_and_what_fails_is_said()
    {
        await using var keys = WebApplication.CreateSlimBuilder().Build();
        keys.Urls.Add("http://127.0.0.1:0");
        keys.MapGet("/keys", () => """{"keys": []}""");
        await keys.StartAsync(TestContext.Current.CancellationToken);
        await using var cluster = new MeshTestCluster();
        await cluster.StartIstiodAsync();

        cluster.Apply($$"""
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: tokens, namespace: shop}
            spec: {jwtRules: [{issuer: one, jwksUri: "{{keys.Urls.First()}}/keys"}, {issuer: two, jwksUri: "{{keys.Urls.First()}}/none"}]}
            """);

        var snapshot = await cluster.SnapshotAsync(now => now.RequestAuthentications.Any(item => item.Rules[0].Keys is not null));
        Assert.Equal([(string?)"""{"keys": []}""", null], snapshot.RequestAuthentications.Single().Rules.Select(rule => rule.Keys));
        await Eventually.HoldsAsync(() => cluster.Log.Contains("issuer \"two\" cannot be fetched", StringComparison.Ordinal), "istiod tells of the address that fails");
    }

    [Fact]
    public async Task Of_two_istiods_the_second_takes_over_when_the_first_ends()
    {
        await using var cluster = new MeshTestCluster();
        var first = await cluster.StartIstiodAsync();
        var before = await cluster.SnapshotAsync(now => now.Services.IsEmpty);
        await cluster.StartIstiodAsync();
        await Eventually.HoldsAsync(async () => (await cluster.GetAsync(8080, "/debug/clusterz")).Contains("\"synced\""), "the second istiod is ready");

        await first.StopAsync(TimeSpan.FromSeconds(5));
        await first.DisposeAsync();
        cluster.Apply(Service);

        Assert.True((await cluster.SnapshotAsync(now => now.Services.Count == 1)).Version > before.Version);
        Assert.Equal("spiffe://cluster.local/ns/shop/sa/default", cluster.Plane.Issue("shop", "default").Id);
    }

    [Fact]
    public async Task Every_namespace_gets_the_root_certificate()
    {
        await using var cluster = new MeshTestCluster();
        using var root = TestAuthority.CreateRoot();
        cluster.Registry.Create(KnownTypes.Secrets, TestAuthority.CreateSecret(root), WriteOptions.System);
        cluster.Apply("{apiVersion: v1, kind: Namespace, metadata: {name: before}}");
        await cluster.StartIstiodAsync();
        cluster.Apply("{apiVersion: v1, kind: Namespace, metadata: {name: after}}");

        foreach (var ns in (string[])["before", "after"])
        {
            await Eventually.HoldsAsync(
                () => cluster.Registry.Find(KnownTypes.ConfigMaps, ns, "istio-ca-root-cert")?.Node["data"]?["root-cert.pem"].Text()?.Trim()
                    == root.ExportCertificatePem().Trim(),
                $"namespace {ns} has the root");
        }
    }

    [Fact]
    public async Task A_root_certificate_that_somebody_deletes_is_put_back()
    {
        await using var cluster = new MeshTestCluster();
        cluster.Apply("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}");
        await cluster.StartIstiodAsync();
        StoredObject? Root() => cluster.Registry.Find(KnownTypes.ConfigMaps, "shop", "istio-ca-root-cert");
        await Eventually.HoldsAsync(() => Root() is not null, "the root is there");
        var first = Root()!.Node.Uid();

        cluster.Registry.Delete(KnownTypes.ConfigMaps, "shop", "istio-ca-root-cert", DeletionOptions.Default, WriteOptions.System);

        await Eventually.HoldsAsync(() => Root() is { } now && now.Node.Uid() != first, "the root is there again");
    }

    [Fact]
    public async Task Mesh_settings_that_are_not_YAML_leave_the_settings_before_in_force_and_are_reported()
    {
        await using var cluster = new MeshTestCluster();
        await cluster.StartIstiodAsync();
        cluster.Apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: istio-asm-1281-4, namespace: istio-system}, data: {mesh: 'localityLbSetting: {enabled: false}'}}");
        await cluster.SnapshotAsync(now => !now.LocalityLoadBalancing);

        cluster.Apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: istio-asm-1281-4, namespace: istio-system}, data: {mesh: 'a: ['}}");

        await Eventually.HoldsAsync(
            () => cluster.Store.List(KnownTypes.Events).Items.Any(item => item.Node["reason"].Text() == "InvalidMeshConfig"), "there is an event on the ConfigMap");
        Assert.False(cluster.Plane.Current!.LocalityLoadBalancing);
    }

    [Fact]
    public async Task A_CA_secret_that_cannot_be_used_stops_istiod_with_the_cure()
    {
        await using var cluster = new MeshTestCluster();
        cluster.Apply("{apiVersion: v1, kind: Secret, metadata: {name: cacerts, namespace: istio-system}, data: {ca-cert.pem: eA==}}");
        await cluster.StartIstiodAsync();

        await Eventually.HoldsAsync(() => cluster.Log.Contains("Secret istio-system/cacerts is not a usable CA"), "istiod says what is wrong");
        Assert.Contains("kubectl rollout restart deployment istiod", cluster.Log);
    }

    [Fact]
    public async Task A_CA_that_its_root_did_not_sign_stops_istiod_too()
    {
        await using var cluster = new MeshTestCluster();
        using var root = TestAuthority.CreateRoot();
        using var other = TestAuthority.CreateRoot();
        var secret = TestAuthority.CreateSecret(root);
        secret["data"]!["root-cert.pem"] = TestAuthority.CreateSecret(other)["data"]!["root-cert.pem"]!.DeepClone();
        cluster.Registry.Create(KnownTypes.Secrets, secret, WriteOptions.System);
        await cluster.StartIstiodAsync();

        await Eventually.HoldsAsync(() => cluster.Log.Contains("its certificates do not lead from ca-cert.pem to root-cert.pem"), "istiod says what is wrong");
    }

    [Fact]
    public async Task The_mesh_settings_are_read_from_the_config_map_of_the_revision()
    {
        await using var cluster = new MeshTestCluster();
        await cluster.StartIstiodAsync();
        cluster.Apply("""
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: istio-asm-1281-4, namespace: istio-system}
            data:
              mesh: |
                defaultConfig: {tracing: {sampling: 42}}
                localityLbSetting: {enabled: false}
            """);

        var snapshot = await cluster.SnapshotAsync(now => !now.LocalityLoadBalancing);
        Assert.Equal(42, snapshot.TracingPercent);
    }
}
