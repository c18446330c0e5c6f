using Emulator.DataPlane.Metrics;
using Emulator.Mesh;
using Emulator.Mesh.Conversion;
using Emulator.Tests.Mesh;
using Testing;

namespace Emulator.Tests.DataPlane;

/// <summary>Istio's standard metrics, as proxies show them at /stats/prometheus, and what Telemetries change of them.</summary>
public sealed class MetricTests
{
    private const string Pod = """{"app":"whereami","version":"v1","pod-template-hash":"5d4"}""";

    [Fact]
    public async Task Both_sides_of_a_request_are_counted_with_the_labels_of_Istio()
    {
        await using var lab = await MeshLab.StartAsync();
        var (_, _, sidecar) = await lab.PodAsync("us", "web-5d4-x1", "10.10.0.1", Pod);
        var (client, gateway) = await lab.GatewayAsync();

        await client.GetAsync("/");
        await client.GetAsync("/");

        var sent = await LineAsync(gateway, "istio_requests_total{reporter=\"source\"", "} 2");
        Assert.Equal(
            """
            reporter="source",source_workload="gateway",source_canonical_service="gateway",source_canonical_revision="latest",source_workload_namespace="istio-ingress",
            source_principal="spiffe://cluster.local/ns/istio-ingress/sa/default",source_app="unknown",source_version="unknown",source_cluster="us",
            destination_workload="web",destination_workload_namespace="whereami",destination_principal="spiffe://cluster.local/ns/whereami/sa/default",destination_app="whereami",destination_version="v1",
            destination_service="whereami-service.whereami.svc.cluster.local",destination_canonical_service="whereami",destination_canonical_revision="v1",
            destination_service_name="whereami-service",destination_service_namespace="whereami",destination_cluster="us",
            request_protocol="http",response_code="200",grpc_response_status="",response_flags="-",connection_security_policy="unknown"
            """.ReplaceLineEndings(""),
            sent[(sent.IndexOf('{', StringComparison.Ordinal) + 1)..sent.IndexOf('}', StringComparison.Ordinal)]);
        var came = await LineAsync(sidecar, "istio_requests_total{reporter=\"destination\"", ",connection_security_policy=\"mutual_tls\"} 2");
        Assert.Contains("source_principal=\"spiffe://cluster.local/ns/istio-ingress/sa/default\"", came, StringComparison.Ordinal);
        Assert.Contains("destination_workload=\"web\"", came, StringComparison.Ordinal);
        Assert.Contains("destination_service_name=\"whereami-service\"", came, StringComparison.Ordinal);
        await LineAsync(sidecar, "istio_request_duration_milliseconds_count{reporter=\"destination\"", "} 2");
    }

    [Fact]
    public void Connections_of_one_peer_are_counted_as_one()
    {
        const string principal = "spiffe://cluster.local/ns/whereami/sa/default";
        var endpoint = new MeshEndpoint { ServicePort = 80, Address = TestControlPlane.At("10.10.0.1:8080"), Cluster = "us", Pod = "web-5d4-x1", Namespace = "whereami" };

        Assert.Equal(PeerFacts.Of(principal), PeerFacts.Of(principal));
        Assert.Equal(PeerFacts.Of(endpoint).GetHashCode(), PeerFacts.Of(endpoint).GetHashCode());
        Assert.NotEqual(PeerFacts.Of(endpoint), PeerFacts.Of(endpoint with { Cluster = "asia" }));
    }

    [Fact]
    public async Task What_a_pod_sends_is_counted_with_what_became_of_it()
    {
        await using var lab = await MeshLab.StartAsync();
        using var client = await lab.CallerAsync();
        using var answer = await client.GetAsync($"http://{MeshLab.Host}/");

        var page = await MeshLab.PageAsync(lab.Proxies[^1], "/stats/prometheus");

        Assert.Contains("destination_service_name=\"whereami-service\",destination_service_namespace=\"whereami\",destination_cluster=\"unknown\",request_protocol=\"http\",response_code=\"503\",grpc_response_status=\"\",response_flags=\"UH\"", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{match: {metric: REQUEST_COUNT, mode: SERVER}, tagOverrides: {response_flags: {operation: REMOVE}, team: {value: \"'blue'\"}}}", ",response_code=\"200\",grpc_response_status=\"\",connection_security_policy=\"mutual_tls\",team=\"blue\"} 1")]
    [InlineData("{match: {metric: REQUEST_COUNT, mode: CLIENT}, disabled: true}", ",connection_security_policy=\"mutual_tls\"} 1")]
    [InlineData("{match: {metric: ALL_METRICS}, disabled: true}", null)]
    public async Task A_Telemetry_takes_metrics_and_labels_away_and_sets_others(string change, string? expected)
    {
        await using var lab = await MeshLab.StartAsync();
        var inputs = new MeshInputs
        {
            Local = new ClusterObjects { Cluster = "us" },
            Telemetries = [.. MeshYaml.Read($"{{kind: Telemetry, metadata: {{name: t, namespace: istio-system}}, spec: {{metrics: [{{providers: [{{name: prometheus}}], overrides: [{change}]}}]}}}}")],
        };
        lab.With = snapshot => snapshot with { Telemetries = TelemetryConversion.Convert(inputs) };
        var (_, _, sidecar) = await lab.PodAsync("us", "us-1", "10.10.0.1");
        var (client, _) = await lab.GatewayAsync();

        await client.GetAsync("/");

        if (expected is null)
        {
            Assert.DoesNotContain("istio_requests_total{", await MeshLab.PageAsync(sidecar, "/stats/prometheus"), StringComparison.Ordinal);
        }
        else
        {
            await LineAsync(sidecar, "istio_requests_total{reporter=\"destination\"", expected);
        }
    }

    /// <summary>The line of a proxy's metrics that begins and ends so: a request is counted after it is answered.</summary>
    private static async Task<string> LineAsync(Emulator.Nodes.IRunningContainer proxy, string begin, string end)
    {
        string? line = null;
        await Eventually.HoldsAsync(
            async () => (line = (await MeshLab.PageAsync(proxy, "/stats/prometheus")).Split('\n')
                .FirstOrDefault(text => text.StartsWith(begin, StringComparison.Ordinal) && text.EndsWith(end, StringComparison.Ordinal))) is not null,
            $"there is a line that begins with {begin} and ends with {end}");
        return line!;
    }
}
