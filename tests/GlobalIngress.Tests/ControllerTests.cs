using System.Net;
using System.Text.Json.Nodes;

namespace GlobalIngress.Tests;

public sealed class ControllerTests
{
    private static readonly string Derived = Resources.ResourceNames.DerivedService(RunningIngress.Namespace, "mcs");

    [Fact]
    public async Task Each_member_gets_the_same_headless_Service()
    {
        await using var ingress = await RunningIngress.StartServingAsync();

        Assert.Matches("^mci-mcs-svc-[0-9a-z]{16}$", Derived);
        foreach (var cluster in new[] { ingress.Us, ingress.Asia })
        {
            var service = cluster.Find("services", RunningIngress.Namespace, Derived)!;
            Assert.Equal("None", (string?)service["spec"]!["clusterIP"]);
            Assert.Equal("istio-ingressgateway", (string?)service["spec"]!["selector"]!["app"]);
            Assert.Equal(80, (int)service["spec"]!["ports"]![0]!["port"]!);
            Assert.Equal("""{"exposed_ports":{"80":{},"15021":{}}}""", (string?)service["metadata"]!["annotations"]!["cloud.google.com/neg"]);
        }

        await ingress.EventAsync("Normal SYNC Derived Service was ensured in cluster {us-central1-c/multi-cluster-demo-us multi-cluster-demo-us}");
        await ingress.EventAsync("Normal ADD istio-ingress/mcs");
        await ingress.EventAsync("Normal ADD istio-ingress/mci");
        Assert.All(ingress.Us.All("events"), item => Assert.Equal("multi-cluster-ingress-controller", (string?)item["source"]!["component"]));
    }

    [Fact]
    public async Task A_derived_Service_that_is_deleted_by_hand_comes_back()
    {
        await using var ingress = await RunningIngress.StartServingAsync();

        ingress.Asia.Delete("services", RunningIngress.Namespace, Derived);

        await Testing.Eventually.HoldsAsync(() => ingress.Asia.Find("services", RunningIngress.Namespace, Derived) is not null, "it is back");
    }

    [Fact]
    public async Task Clusters_that_are_not_linked_lose_the_derived_Service_and_the_traffic()
    {
        await using var ingress = await RunningIngress.StartServingAsync();

        ingress.ApplyService("\"clusters\": [{\"link\": \"us-central1-c/multi-cluster-demo-us\"}],");

        await Testing.Eventually.HoldsAsync(() => ingress.Asia.Find("services", RunningIngress.Namespace, Derived) is null, "asia has no derived Service");
        Assert.NotNull(ingress.Us.Find("services", RunningIngress.Namespace, Derived));
        await Testing.Eventually.HoldsAsync(async () => await ingress.GetAsync("asia-northeast1") == "us", "us answers everybody");
        await ingress.EventAsync("Normal UPDATE istio-ingress/mcs");
    }

    [Fact]
    public async Task The_status_names_the_address_and_Googles_resources()
    {
        await using var ingress = await RunningIngress.StartServingAsync();

        await Testing.Eventually.HoldsAsync(() => ingress.Ingress?["status"]?["VIP"] is not null, "there is a VIP");
        await Testing.Eventually.HoldsAsync(() => ingress.Ingress?["metadata"]?["annotations"]?["lab.dev/url"] is not null, "and its URL");
        var resources = ingress.Ingress!["status"]!["CloudResources"]!;
        Assert.Equal("127.0.0.1", (string?)ingress.Ingress["status"]!["VIP"]);
        Assert.Matches("^mci-[0-9a-z]{6}-80-istio-ingress-mcs$", (string?)resources["BackendServices"]![0]);
        Assert.True(JsonNode.DeepEquals(resources["BackendServices"], resources["HealthChecks"]));
        Assert.Matches("^mci-[0-9a-z]{6}-default-l7$", (string?)resources["Firewalls"]![0]);
        Assert.Matches("^mci-[0-9a-z]{6}-fw-istio-ingress-mci$", (string?)resources["ForwardingRules"]![0]);
        Assert.Matches("^mci-[0-9a-z]{6}-istio-ingress-mci$", (string?)resources["UrlMap"]);
        Assert.Equal((string?)resources["UrlMap"], (string?)resources["TargetProxies"]![0]);
        Assert.Matches("^zones/asia-northeast1-c/networkEndpointGroups/k8s1-[0-9a-f]{8}-istio-in", (string?)resources["NetworkEndpointGroups"]![0]);
        Assert.Equal(2, resources["NetworkEndpointGroups"]!.AsArray().Count);
        Assert.Matches(@"^[A-Z][a-z]+day, \d\d-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d UTC$",
            (string?)ingress.Ingress["metadata"]!["annotations"]!["networking.gke.io/last-reconcile-time"]);
        Assert.Equal(ingress.Client.BaseAddress!.AbsoluteUri.TrimEnd('/'), (string?)ingress.Ingress["metadata"]!["annotations"]!["lab.dev/url"]);
        await ingress.EventAsync("192.0.2.1:80 cannot be listened on here");
        Assert.Equal("mci.finalizer.networking.gke.io", (string?)ingress.Ingress["metadata"]!["finalizers"]![0]);
    }

    [Fact]
    public async Task Deleting_the_ingress_closes_the_VIP_and_deleting_the_service_removes_the_derived_ones()
    {
        await using var ingress = await RunningIngress.StartServingAsync();
        await Testing.Eventually.HoldsAsync(() => ingress.Ingress?["metadata"]?["finalizers"] is not null, "the finalizer is set");

        ingress.Us.Delete("multiclusteringresses", RunningIngress.Namespace, "mci");
        await Testing.Eventually.HoldsAsync(() => ingress.Ingress is null, "the finalizer is gone, and the ingress with it");
        Assert.Equal(HttpStatusCode.NotFound, (await ingress.SendAsync()).Status);

        ingress.Us.Delete("multiclusterservices", RunningIngress.Namespace, "mcs");
        await Testing.Eventually.HoldsAsync(() => ingress.Us.Find("multiclusterservices", RunningIngress.Namespace, "mcs") is null, "the service is gone");
        await Testing.Eventually.HoldsAsync(
            () => ingress.Us.All("services").Length + ingress.Asia.All("services").Length == 0, "no derived Service is left");
    }

    [Theory]
    [InlineData("", "", "MCI istio-ingress/mci is missing a default backend")]
    [InlineData("\"backend\": {\"serviceName\": \"none\", \"servicePort\": 80}", "", "MultiClusterService istio-ingress/none not found.")]
    [InlineData("\"backend\": {\"serviceName\": \"mcs\", \"servicePort\": 81}", "", "has no port '81'; its ports are 80, 15021")]
    [InlineData(
        "\"backend\": {\"serviceName\": \"mcs\", \"servicePort\": 80}",
        "\"networking.gke.io/static-ip\": \"app-global-ip\"",
        "Invalid value for field 'resource.IPAddress': 'app-global-ip'. Must be a literal IP address.")]
    public async Task A_wrong_ingress_is_told_so_and_the_VIP_stays_as_it_was(string backend, string annotations, string message)
    {
        await using var ingress = await RunningIngress.StartServingAsync();

        ingress.ApplyIngress(backend, annotations);

        await ingress.EventAsync(message);
        await Testing.Eventually.HoldsAsync(
            () => ingress.Ingress?["status"]?["conditions"]?[0]?["message"]?.ToString().Contains(message, StringComparison.Ordinal) is true, "a condition says it too");
        Assert.Equal("us", await ingress.GetAsync());

        ingress.ApplyIngress();
        await Testing.Eventually.HoldsAsync(() => ingress.Ingress?["status"] is { } status && status["conditions"] is null, "the condition goes with its cause");
    }

    [Fact]
    public async Task A_service_in_the_wrong_namespace_is_told_where_its_pods_are()
    {
        await using var ingress = await RunningIngress.StartAsync();
        ingress.Us.Apply("pods", """{"metadata": {"name": "gateway", "namespace": "istio-ingress", "labels": {"app": "istio-ingressgateway"}}}""");
        ingress.Us.Apply("multiclusterservices", """
            {"apiVersion": "networking.gke.io/v1", "kind": "MultiClusterService", "metadata": {"name": "mcs", "namespace": "whereami"},
             "spec": {"template": {"spec": {"selector": {"app": "istio-ingressgateway"}, "ports": [{"port": 80}]}}}}
            """);

        await ingress.EventAsync("MultiClusterService whereami/mcs selects no pod");
        await ingress.EventAsync("Pods with these labels are in namespace istio-ingress");
    }

    [Fact]
    public async Task A_link_to_a_stranger_is_told_who_the_members_are()
    {
        await using var ingress = await RunningIngress.StartAsync();

        ingress.ApplyService("\"clusters\": [{\"link\": \"europe-west1-b/other\"}],");

        await ingress.EventAsync("links cluster 'europe-west1-b/other', which is not in the fleet; "
            + "members are us-central1-c/multi-cluster-demo-us, asia-northeast1-c/multi-cluster-demo-asia");
    }

    [Fact]
    public async Task A_namespace_that_a_member_lacks_is_named_with_its_cure()
    {
        await using var ingress = await RunningIngress.StartAsync();
        ingress.Asia.Namespaces.Remove(RunningIngress.Namespace);

        ingress.ApplyService();

        await ingress.EventAsync("Namespace istio-ingress does not exist in cluster {asia-northeast1-c/multi-cluster-demo-asia multi-cluster-demo-asia}");
        await ingress.EventAsync("kubectl --context asia create namespace istio-ingress");
        Assert.NotNull(ingress.Us.Find("services", RunningIngress.Namespace, Derived));

        ingress.Asia.Namespaces.Add(RunningIngress.Namespace);
        await Testing.Eventually.HoldsAsync(() => ingress.Asia.Find("services", RunningIngress.Namespace, Derived) is not null, "it comes with its namespace");
    }

    [Fact]
    public async Task Settings_of_a_BackendConfig_that_have_no_effect_are_named()
    {
        await using var ingress = await RunningIngress.StartServingAsync();

        ingress.Us.Apply("backendconfigs", $$"""
            {"kind": "BackendConfig", "metadata": {"name": "health", "namespace": "{{RunningIngress.Namespace}}"},
             "spec": {"cdn": {"enabled": true}, "healthCheck": {"type": "TCP", "requestPath": "/healthz/ready"} } }
            """);

        await ingress.EventAsync("BackendConfig istio-ingress/health: cdn has no effect here");
        await ingress.EventAsync("healthCheck.type is 'TCP'; expected HTTP, HTTPS or HTTP2");
        Assert.Equal("us", await ingress.GetAsync());
    }

    [Fact]
    public async Task A_second_ingress_is_told_that_the_VIP_is_taken()
    {
        await using var ingress = await RunningIngress.StartServingAsync();

        ingress.ApplyIngress(name: "second");

        await ingress.EventAsync("The lab has one VIP, and MultiClusterIngress istio-ingress/mci has it");
        Assert.Equal("us", await ingress.GetAsync());
    }
}
