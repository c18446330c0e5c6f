using System.Text.Json.Nodes;
using Emulator.Mesh.Conversion;
using Emulator.Mesh.GatewayApi;
using Emulator.Storage;
using Testing;

namespace Emulator.Tests.Mesh;

/// <summary>Gateways and routes of the Kubernetes Gateway API, as Istio's tasks use them.</summary>
public sealed class GatewayApiTests
{
    private const string Shop = """
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: shop}
        spec: {ports: [{name: http, port: 80}, {name: http-admin, port: 81}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: other, namespace: far}
        spec: {ports: [{name: http, port: 80}]}
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: GatewayClass
        metadata: {name: istio}
        spec: {controllerName: istio.io/gateway-controller}
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: front, namespace: shop, generation: 3}
        spec:
          gatewayClassName: istio
          listeners:
            - {name: plain, port: 80, protocol: HTTP, hostname: "*.example.com"}
            - {name: tls, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: missing}]}}

        """;

    [Fact]
    public void Routes_of_one_host_are_tried_in_the_order_of_the_specification()
    {
        var plan = Plan("""
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: all, namespace: shop}
            spec:
              parentRefs: [{name: front, sectionName: plain}]
              rules:
                - {matches: [{path: {type: PathPrefix, value: /}}], backendRefs: [{name: web, port: 80}]}
                - {name: long, matches: [{path: {type: PathPrefix, value: /api/v1}}, {path: {type: Exact, value: /api}}], backendRefs: [{name: web, port: 80}]}
                - {name: asked, matches: [{headers: [{name: X-Beta, value: "1"}]}], backendRefs: [{name: web, port: 81}]}
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: one, namespace: shop}
            spec:
              parentRefs: [{name: front, sectionName: plain}]
              hostnames: [a.example.com]
              rules: [{backendRefs: [{name: web, port: 80, weight: 9}, {name: web, port: 81}]}]
            """);

        var all = plan.VirtualServices.Single(service => service.Hosts.Single() == "*.example.com");
        Assert.Equal(
            ["exact /api", "segments /api/v1", "prefix /", ""],
            all.Http.Select(route => route.Matches.Single().Uri is { } uri ? $"{uri.Kind} {uri.Value}" : ""));
        var one = plan.VirtualServices.Single(service => service.Hosts.Single() == "a.example.com").Http.Single();
        Assert.Equal([9, 1], one.Destinations.Select(destination => destination.Weight));
        Assert.Equal("shop/front~plain", all.Gateways.Single());
        Assert.Equal("front", Assert.Single(plan.Managed).Name());
    }

    [Fact]
    public void Each_parent_and_listener_is_told_what_became_of_it()
    {
        var plan = Plan("""
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: lost, namespace: shop, generation: 2}
            spec:
              parentRefs: [{name: front}, {name: front, sectionName: nowhere}]
              rules: [{backendRefs: [{name: absent, port: 80}]}]
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: foreign, namespace: far}
            spec:
              parentRefs: [{name: front, namespace: shop}]
              rules: [{backendRefs: [{name: other, port: 80}]}]
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: across, namespace: shop}
            spec:
              parentRefs: [{name: front, sectionName: plain}]
              rules: [{backendRefs: [{name: other, namespace: far, port: 80}]}]
            """);

        Assert.Equal("True Accepted", Condition(plan, "lost", 0, "Accepted"));
        Assert.Equal("False BackendNotFound", Condition(plan, "lost", 0, "ResolvedRefs"));
        Assert.Equal("False NoMatchingParent", Condition(plan, "lost", 1, "Accepted"));
        Assert.Equal("False NotAllowedByListeners", Condition(plan, "foreign", 0, "Accepted"));
        Assert.Equal("False RefNotPermitted", Condition(plan, "across", 0, "ResolvedRefs"));
        Assert.Equal(500, plan.VirtualServices.First().Http[0].DirectResponse?.Status);
        var gateway = plan.Statuses.Single(status => status.Key.Type == GatewayApiTypes.Gateways).Status;
        var tls = gateway["listeners"]![1]!;
        Assert.Equal("InvalidCertificateRef", tls["conditions"].Items().Single(condition => condition["type"].Text() == "ResolvedRefs")["reason"].Text());
        Assert.Equal(2, gateway["listeners"]![0]!["attachedRoutes"].Int());
        Assert.All(gateway["conditions"].Items(), condition => Assert.Equal(3, condition["observedGeneration"].AsLong()));
        Assert.Equal("shop/front~plain", $"{plan.Gateways.Single().Namespace}/{plan.Gateways.Single().Name}");
    }

    [Fact]
    public void A_grant_opens_the_way_into_another_namespace_and_a_route_of_a_service_rules_its_port()
    {
        var plan = Plan("""
            apiVersion: gateway.networking.k8s.io/v1
            kind: ReferenceGrant
            metadata: {name: g, namespace: far}
            spec: {from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}], to: [{group: "", kind: Service}]}
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: split, namespace: shop}
            spec:
              parentRefs: [{group: "", kind: Service, name: web, port: 80}]
              rules: [{backendRefs: [{name: other, namespace: far, port: 80}], timeouts: {request: 2s}}]
            """);

        Assert.Equal("True ResolvedRefs", Condition(plan, "split", 0, "ResolvedRefs"));
        var service = plan.VirtualServices.Single();
        Assert.Equal(("mesh", "web.shop.svc.cluster.local"), (service.Gateways.Single(), service.Hosts.Single()));
        Assert.Equal([(80, "other.far.svc.cluster.local"), (81, "web.shop.svc.cluster.local")], service.Http.Select(route => (route.Matches.Single().Port!.Value, route.Destinations.Single().Host)));
        Assert.Equal(TimeSpan.FromSeconds(2), service.Http[0].Timeout);
    }

    [Fact]
    public async Task Istiod_makes_the_class_runs_the_gateway_and_writes_its_status()
    {
        await using var cluster = new MeshTestCluster();
        cluster.Apply(Shop.Replace(", generation: 3", ""));
        await cluster.StartIstiodAsync();

        await Eventually.HoldsAsync(
            () => Programmed(cluster)?["reason"].Text() == "AddressNotAssigned" && cluster.Registry.Find(KnownTypes.Deployments, "shop", "front-istio") is not null,
            "the gateway waits for its address");
        var service = cluster.Registry.Get(KnownTypes.Services, "shop", "front-istio");
        Assert.Equal([15021, 80, 443], service.Node["spec"]!["ports"].Items().Select(port => port["port"].Int()));
        Assert.Equal("front", service.Node["metadata"]!["ownerReferences"]![0]!["name"].Text());

        cluster.Registry.Update(
            KnownTypes.Services, "shop", "front-istio",
            node =>
            {
                node["status"] = JsonNode.Parse("""{"loadBalancer": {"ingress": [{"ip": "127.0.0.7"}]} }""");
                return node;
            },
            WriteOptions.System, "status");
        await Eventually.HoldsAsync(() => Programmed(cluster)?["status"].Text() == "True", "the gateway is programmed");
        var gateway = cluster.Registry.Get(GatewayApiTypes.Gateways, "shop", "front").Node;
        Assert.Equal("127.0.0.7", gateway["status"]!["addresses"]![0]!["value"].Text());
        Assert.True(cluster.Registry.Get(GatewayApiTypes.GatewayClasses, "", "istio").Node.HasCondition("Accepted"));
    }

    private static JsonObject? Programmed(MeshTestCluster cluster) => cluster.Registry.Find(GatewayApiTypes.Gateways, "shop", "front")?.Node.Condition("Programmed");

    private static string Condition(GatewayApiPlan plan, string route, int parent, string type)
    {
        var status = plan.Statuses.Single(status => status.Key.Type == GatewayApiTypes.HttpRoutes && status.Key.Name == route).Status;
        var condition = status["parents"]![parent]!["conditions"].Items().Single(item => item["type"].Text() == type);
        return $"{condition["status"].Text()} {condition["reason"].Text()}";
    }

    private static GatewayApiPlan Plan(string yaml)
    {
        var objects = MeshYaml.Read(Shop + "---\n" + yaml);
        List<JsonObject> Of(params string[] kinds) => [.. objects.Where(item => kinds.Contains(item.Kind()))];
        var inputs = new MeshInputs
        {
            Local = new ClusterObjects { Cluster = "us", Services = Of("Service") },
            GatewayApi = new GatewayApiObjects { Classes = Of("GatewayClass"), Gateways = Of("Gateway"), Routes = Of("HTTPRoute"), Grants = Of("ReferenceGrant") },
        };
        SnapshotBuilder.Build(inputs, [], out var plan);
        return plan;
    }
}
