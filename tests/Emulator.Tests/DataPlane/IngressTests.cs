using Emulator.Mesh.Conversion;
using Emulator.Storage;
using Emulator.Tests.Mesh;
using Testing;

namespace Emulator.Tests.DataPlane;

/// <summary>Kubernetes' own Ingress at the mesh's gateway.</summary>
public sealed class IngressTests
{
    private const string Class = "{kind: IngressClass, metadata: {name: mesh}, spec: {controller: istio.io/ingress-controller}}";

    [Theory]
    [InlineData("annotations: {kubernetes.io/ingress.class: istio}", "", "a.example/status/200", 200)]
    [InlineData("annotations: {kubernetes.io/ingress.class: istio}", "", "a.example/status", 200)]
    [InlineData("annotations: {kubernetes.io/ingress.class: istio}", "", "a.example/statuses", 404)]
    [InlineData("annotations: {kubernetes.io/ingress.class: istio}", "", "b.example/status/200", 404)]
    [InlineData("annotations: {kubernetes.io/ingress.class: istio}", "", "a.example/exact", 200)]
    [InlineData("annotations: {kubernetes.io/ingress.class: istio}", "", "a.example/exact/more", 404)]
    [InlineData("annotations: {kubernetes.io/ingress.class: istio}", "defaultBackend: {service: {name: whereami-service, port: {name: http}}},", "b.example/x", 200)]
    [InlineData("annotations: {kubernetes.io/ingress.class: nginx}", "ingressClassName: mesh,", "a.example/status/200", 404)]
    [InlineData("annotations: {}", "ingressClassName: mesh,", "a.example/status/200", 200)]
    [InlineData("annotations: {}", "ingressClassName: other,", "a.example/status/200", 404)]
    [InlineData("annotations: {}", "", "a.example/status/200", 404)]
    public async Task The_gateway_routes_by_hosts_and_paths_of_Ingresses_of_Istios_class(string metadata, string spec, string target, int status)
    {
        await using var lab = await MeshLab.StartAsync();
        var inputs = new MeshInputs
        {
            Local = new ClusterObjects { Cluster = "us", Services = [.. MeshYaml.Read("{kind: Service, metadata: {name: whereami-service, namespace: whereami}, spec: {ports: [{name: http, port: 80}]}}")] },
            IngressClasses = [.. MeshYaml.Read(Class)],
            Ingresses = [.. MeshYaml.Read(
                """
                {kind: Ingress, metadata: {name: i, namespace: whereami, METADATA}, spec: { SPEC rules: [{host: a.example, http: {paths: [
                  {path: /status, pathType: Prefix, backend: {service: {name: whereami-service, port: {number: 80}}}},
                  {path: /exact, pathType: Exact, backend: {service: {name: whereami-service, port: {name: http}}}},
                  {path: /nowhere, pathType: Exact, backend: {service: {name: nowhere, port: {number: 80}}}}]}}]}}
                """.Replace("METADATA", metadata).Replace("SPEC", spec))],
        };
        var plan = IngressConversion.Convert(inputs, []);
        lab.With = snapshot => snapshot with { Gateways = [.. snapshot.Gateways, .. plan.Gateways], VirtualServices = plan.VirtualServices };
        await lab.PodAsync("us", "us-1", "10.10.0.1");
        var (client, _) = await lab.GatewayAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, target[target.IndexOf('/', StringComparison.Ordinal)..]) { Headers = { Host = target.Split('/')[0] } };

        using var answer = await client.SendAsync(request);

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task An_Ingress_shows_the_address_of_the_gateway_and_says_what_it_lacks()
    {
        await using var cluster = new MeshTestCluster();
        cluster.Apply("""
            {apiVersion: v1, kind: Pod, metadata: {name: gw, namespace: istio-ingress, labels: {istio: ingressgateway}}, spec: {containers: [{name: c, image: c}]}}
            ---
            {apiVersion: v1, kind: Service, metadata: {name: gw, namespace: istio-ingress}, spec: {type: LoadBalancer, selector: {istio: ingressgateway}, ports: [{port: 80}]}, status: {loadBalancer: {ingress: [{ip: 127.0.0.9}]}}}
            ---
            {apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i, annotations: {kubernetes.io/ingress.class: istio}}, spec: {rules: [{http: {paths: [
              {path: /, pathType: Prefix, backend: {service: {name: nowhere, port: {number: 80}}}}]}}]}}
            """);
        cluster.Registry.Update(KnownTypes.Services, "istio-ingress", "gw", node =>
        {
            node["status"] = System.Text.Json.Nodes.JsonNode.Parse("""{"loadBalancer": {"ingress": [{"ip": "127.0.0.9"}]}}""");
            return node;
        }, WriteOptions.System, "status");
        await cluster.StartIstiodAsync();

        await Eventually.HoldsAsync(
            () => (cluster.Registry.Find(KnownTypes.Ingresses, "default", "i")!.Node["status"]?["loadBalancer"]?["ingress"]).Items().Any(item => item["ip"].Text() == "127.0.0.9"), "the Ingress has the address");
        await Eventually.HoldsAsync(
            () => cluster.Store.List(KnownTypes.Events).Items.Any(item => item.Node["message"].Text()!.Contains("Referenced host not found: \"nowhere\"", StringComparison.Ordinal)), "an event says what is missing");
    }
}
