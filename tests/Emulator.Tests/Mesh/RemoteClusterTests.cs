using System.Diagnostics;
using Emulator.Storage;
using Testing;

namespace Emulator.Tests.Mesh;

public sealed class RemoteClusterTests
{
    private const string Host = "web.shop.svc.cluster.local";

    [Fact]
    public async Task The_endpoints_of_both_clusters_are_one_service_once_there_is_a_remote_secret()
    {
        await using var lab = await TwoClusters.StartAsync();
        var applied = Stopwatch.GetTimestamp();
        lab.ApplySecret(lab.Api.Kubeconfig());

        var snapshot = await lab.Us.SnapshotAsync(now => now.Services[Host].Endpoints.Length == 2);
        TestContext.Current.TestOutputHelper?.WriteLine($"remote endpoints after {Stopwatch.GetElapsedTime(applied).TotalMilliseconds:0} ms");
        Assert.Equal(["us", "asia"], snapshot.Services[Host].Endpoints.Select(endpoint => endpoint.Cluster));
        Assert.Equal("127.0.0.1:42001", snapshot.Services[Host].Endpoints[1].Underlay!.ToString());
        Assert.Equal("istiod-us", lab.Api.UserAgent);
        Assert.Equal(["10.255.10.7"], snapshot.Services[Host].ClusterAddresses.Select(address => address.ToString()));
        Assert.Contains("\"id\":\"asia\",\"secretName\":\"istio-system/istio-remote-secret-asia\",\"syncStatus\":\"synced\"}", await lab.Us.GetAsync(8080, "/debug/clusterz"));
        Assert.Contains("\"ClusterID\":\"asia\"", await lab.Us.GetAsync(8080, "/debug/endpointz"));
        Assert.Contains("istiod_remote_cluster_sync_status{cluster_id=\"asia\",status=\"synced\"} 1", await lab.Us.GetAsync(15014, "/metrics"));
    }

    [Fact]
    public async Task A_change_in_the_other_cluster_shows_here()
    {
        await using var lab = await TwoClusters.StartJoinedAsync();

        lab.Asia.Apply(TwoClusters.Slice("asia", "10.20.0.5", "10.20.0.6"));

        await lab.Us.SnapshotAsync(now => now.Services[Host].Endpoints.Count(endpoint => endpoint.Cluster == "asia") == 2);
    }

    [Fact]
    public async Task An_istiod_that_starts_again_takes_no_endpoint_of_the_other_cluster_from_the_proxies()
    {
        await using var lab = await TwoClusters.StartJoinedAsync();
        await lab.Us.StopIstiodAsync();
        var last = lab.Us.Plane.Current!.Version;

        await lab.Us.StartIstiodAsync();

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var first = await lab.Us.Plane.NewerThanAsync(last, limit.Token);
        Assert.Equal(["us", "asia"], first.Services[Host].Endpoints.Select(endpoint => endpoint.Cluster));
    }

    [Fact]
    public async Task Deleting_the_remote_secret_takes_its_endpoints_away_at_once()
    {
        await using var lab = await TwoClusters.StartJoinedAsync();

        lab.Us.Registry.Delete(KnownTypes.Secrets, "istio-system", "istio-remote-secret-asia", DeletionOptions.Default, WriteOptions.System);

        await lab.Us.SnapshotAsync(now => now.Services[Host].Endpoints is [{ Cluster: "us" }]);
        Assert.DoesNotContain("asia", await lab.Us.GetAsync(8080, "/debug/clusterz"));
    }

    [Fact]
    public async Task A_cluster_that_goes_away_keeps_its_last_endpoints_and_is_followed_again_when_it_is_back()
    {
        await using var lab = await TwoClusters.StartJoinedAsync();

        await lab.Api.StopAsync();
        await lab.ReportedAsync("cannot be reached");
        Assert.Equal(2, lab.Us.Plane.Current!.Services[Host].Endpoints.Length);

        lab.Asia.Apply(TwoClusters.Slice("asia", "10.20.0.5", "10.20.0.9"));
        await lab.Api.StartAsync();
        await lab.Us.SnapshotAsync(now => now.Services[Host].Endpoints.Length == 3);
    }

    [Fact]
    public async Task A_token_that_is_not_accepted_is_reported_with_the_cure_and_a_rotated_one_is_read_at_once()
    {
        await using var lab = await TwoClusters.StartAsync();
        lab.ApplySecret(lab.Api.Kubeconfig("expired"));

        await lab.ReportedAsync("\"syncStatus\":\"unauthorized\"");
        await lab.EventAsync("RemoteClusterUnauthorized", "does not accept the token of the kubeconfig: Unauthorized. Make the secret anew: istioctl create-remote-secret");

        lab.ApplySecret(lab.Api.Kubeconfig());
        await lab.Us.SnapshotAsync(now => now.Services[Host].Endpoints.Length == 2);
    }

    [Fact]
    public async Task Rotating_the_token_loses_no_endpoint_on_the_way()
    {
        await using var lab = await TwoClusters.StartJoinedAsync();
        var version = lab.Us.Plane.Current!.Version;

        lab.Api.Token = "token-2";
        lab.ApplySecret(lab.Api.Kubeconfig());
        lab.Asia.Apply(TwoClusters.Slice("asia", "10.20.0.5", "10.20.0.6"));

        await lab.Us.SnapshotAsync(now =>
        {
            Assert.True(now.Version < version || now.Services[Host].Endpoints.Length >= 2, "the endpoints of asia were gone for a moment");
            return now.Services[Host].Endpoints.Length == 3;
        });
    }

    [Theory]
    [InlineData("kind: [", "it is not YAML")]
    [InlineData("kind: Config", "contexts has no entry named \\\"\\\" with a context")]
    [InlineData("{current-context: a, contexts: [{name: a, context: {cluster: c, user: u}}], clusters: [{name: c, cluster: {server: 'http://x'}}], users: [{name: u, user: {token: t}}]}", "expected an https:// URL")]
    [InlineData("{current-context: a, contexts: [{name: a, context: {cluster: c, user: u}}], clusters: [{name: c, cluster: {server: 'https://x', certificate-authority-data: '###'}}], users: [{name: u, user: {token: t}}]}", "certificate-authority-data is not a certificate")]
    [InlineData("{current-context: a, contexts: [{name: a, context: {cluster: c, user: u}}], clusters: [{name: c, cluster: {server: 'https://x'}}], users: [{name: u, user: {exec: {command: rm}}}]}", "exec is not allowed")]
    public async Task A_bad_kubeconfig_is_reported_by_its_fault(string kubeconfig, string fault)
    {
        await using var lab = await TwoClusters.StartAsync();
        lab.ApplySecret(kubeconfig);

        await lab.ReportedAsync("\"syncStatus\":\"bad kubeconfig\"");
        await lab.ReportedAsync(fault);
        await lab.EventAsync("RemoteClusterBadKubeconfig", "Make the secret anew");
    }

    [Fact]
    public async Task A_server_that_another_authority_signed_is_not_trusted()
    {
        await using var lab = await TwoClusters.StartAsync();
        await using var other = new FakeRemoteApi(lab.Asia.Store);
        lab.ApplySecret(lab.Api.Kubeconfig(authorityPem: other.AuthorityPem));

        await lab.ReportedAsync("has a certificate that the kubeconfig's authority did not sign");
        Assert.Single(lab.Us.Plane.Current!.Services[Host].Endpoints);
    }

    [Fact]
    public async Task A_cluster_that_cannot_be_reached_is_reported_and_joins_when_it_comes_up()
    {
        await using var lab = await TwoClusters.StartAsync();
        var kubeconfig = lab.Api.Kubeconfig();
        await lab.Api.StopAsync();
        lab.ApplySecret(kubeconfig);
        await lab.EventAsync("RemoteClusterUnreachable", "cannot be reached");

        await lab.Api.StartAsync();
        await lab.Us.SnapshotAsync(now => now.Services[Host].Endpoints.Length == 2);
    }

    [Fact]
    public async Task A_remote_secret_for_the_cluster_itself_is_refused()
    {
        await using var lab = await TwoClusters.StartAsync();
        lab.ApplySecret(lab.Api.Kubeconfig(), "us");

        await lab.EventAsync("RemoteClusterRefused", "The key \"us\" is this cluster's own name");
        Assert.Single(lab.Us.Plane.Current!.Services[Host].Endpoints);
    }

    /// <summary>Cluster us with an istiod, and cluster asia with an API that it may read.</summary>
    private sealed class TwoClusters : IAsyncDisposable
    {
        private TwoClusters() => Api = new FakeRemoteApi(Asia.Store);

        public MeshTestCluster Us { get; } = new("us");

        public MeshTestCluster Asia { get; } = new("asia");

        public FakeRemoteApi Api { get; }

        public static async Task<TwoClusters> StartAsync()
        {
            var lab = new TwoClusters();
            lab.Us.Apply(Objects("us", "10.10.0.5", "10.255.10.7", 41001));
            lab.Asia.Apply(Objects("asia", "10.20.0.5", "10.255.20.7", 42001));
            await lab.Api.StartAsync();
            await lab.Us.StartIstiodAsync();
            await lab.Us.SnapshotAsync(now => now.Services.ContainsKey(Host));
            return lab;
        }

        public static async Task<TwoClusters> StartJoinedAsync()
        {
            var lab = await StartAsync();
            lab.ApplySecret(lab.Api.Kubeconfig());
            await lab.Us.SnapshotAsync(now => now.Services[Host].Endpoints.Length == 2);
            return lab;
        }

        public static string Slice(string cluster, params string[] addresses) => $$$"""
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
            ports: [{name: http, port: 8080}]
            endpoints: [{{{string.Join(", ", addresses.Select(address => $"{{addresses: ['{address}'], nodeName: node-{cluster}}}"))}}}]
            """;

        public void ApplySecret(string kubeconfig, string key = "asia") => Us.Apply($$$"""
            apiVersion: v1
            kind: Secret
            metadata: {name: istio-remote-secret-asia, namespace: istio-system, labels: {istio/multiCluster: "true"}}
            data: { {{{key}}}: {{{FakeRemoteApi.Base64(kubeconfig)}}} }
            """);

        /// <summary>Waits until /debug/clusterz says something.</summary>
        public Task ReportedAsync(string text) =>
            Eventually.HoldsAsync(async () => (await Us.GetAsync(8080, "/debug/clusterz")).Contains(text), $"clusterz says {text}", TimeSpan.FromSeconds(10));

        public Task EventAsync(string reason, string message) => Eventually.HoldsAsync(
            () => Us.Store.List(KnownTypes.Events).Items.Any(item => item.Node["reason"].Text() == reason && item.Node["message"].Text()!.Contains(message)
                && item.Node["involvedObject"]!["name"].Text() == "istio-remote-secret-asia"),
            $"event {reason}: {message}", TimeSpan.FromSeconds(10));

        public async ValueTask DisposeAsync()
        {
            await Us.DisposeAsync();
            await Asia.DisposeAsync();
            await Api.DisposeAsync();
        }

        private static string Objects(string cluster, string pod, string clusterIp, int underlay) => $$$"""
            apiVersion: v1
            kind: Node
            metadata: {name: node-{{{cluster}}}, annotations: {lab.dev/underlay: "127.0.0.1:{{{underlay}}}"}}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: shop}
            spec: {clusterIP: {{{clusterIp}}}, ports: [{name: http, port: 80}]}
            ---
            {{{Slice(cluster, pod)}}}
            """;
    }
}
