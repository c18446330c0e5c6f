using System.Text.Json.Nodes;
using Provisioner.Clusters;
using Provisioner.Kubernetes;
using Provisioner.Stages;
using Provisioner.Tests.Plan;

namespace Provisioner.Tests.Kubernetes;

/// <summary>kube/ holds what the seed's readers apply.</summary>
public sealed class ManifestTests
{
    private readonly Lab lab = new(Plans.Make("/nowhere"));

    [Fact]
    public void No_manifest_names_a_namespace() =>
        Assert.All(Manifests.All.SelectMany(name => Manifests.Read(lab, name)), item => Assert.Null(item.Namespace()));

    [Theory]
    [InlineData(Manifests.Whereami, "Service/whereami-service", "Deployment/whereami-deployment")]
    [InlineData(Manifests.Ingress, "Gateway/whereami-gateway", "VirtualService/whereami-vs")]
    [InlineData(Manifests.MultiClusterService, "MultiClusterService/mcs")]
    [InlineData(Manifests.MultiClusterIngress, "MultiClusterIngress/mci-for-asm-ingressgateway")]
    [InlineData(Manifests.PeerAuthentication, "PeerAuthentication/default")]
    [InlineData(
        Manifests.Gateway,
        "Deployment/istio-ingressgateway",
        "HorizontalPodAutoscaler/istio-ingressgateway",
        "PodDisruptionBudget/istio-ingressgateway",
        "Role/istio-ingressgateway",
        "RoleBinding/istio-ingressgateway",
        "Service/istio-ingressgateway",
        "ServiceAccount/istio-ingressgateway")]
    public void A_manifest_has_the_seeds_objects(string manifest, params string[] objects) =>
        Assert.Equal(objects, Manifests.Read(lab, manifest).Select(item => $"{item.Kind()}/{item.Name()}"));

    [Fact]
    public void Whereami_is_Googles_image_with_no_environment_of_its_own()
    {
        var container = Manifests.Read(lab, Manifests.Whereami)[1]["spec"]!["template"]!["spec"]!["containers"]![0]!;

        Assert.Equal("us-docker.pkg.dev/google-samples/containers/gke/whereami:v1.2.8", container["image"]!.GetValue<string>());
        Assert.Null(container["env"]);
        Assert.True(container["envFrom"]![0]!["configMapRef"]!["optional"]!.GetValue<bool>());
    }

    [Fact]
    public void The_multi_cluster_service_selects_the_gateways_and_the_ingress_refers_to_it()
    {
        var gateway = Manifests.Read(lab, Manifests.Gateway).Single(item => item.Kind() == "Deployment");
        var service = Manifests.Read(lab, Manifests.MultiClusterService).Single();
        var ingress = Manifests.Read(lab, Manifests.MultiClusterIngress).Single();

        Assert.True(JsonNode.DeepEquals(
            gateway["spec"]!["template"]!["metadata"]!["labels"], service["spec"]!["template"]!["spec"]!["selector"]));
        Assert.Equal(service.Name(), ingress["spec"]!["template"]!["spec"]!["backend"]!["serviceName"]!.GetValue<string>());
        Assert.Contains(Manifests.Read(lab, Manifests.BackendConfig).Single().Name(), service.Annotation("cloud.google.com/backend-config"));
    }

    [Theory]
    [InlineData("kind: Service\nmetadata: {name: x}", "manifest:1: the object has no apiVersion")]
    [InlineData("apiVersion: v1\nkind: Service", "manifest:1: Service has no metadata.name")]
    [InlineData("- a\n- b", "manifest:1: expected an object with apiVersion and kind, found Array")]
    public void A_document_that_is_no_object_is_refused_with_its_place(string text, string message) =>
        Assert.Equal(message, Assert.Throws<LabException>(() => YamlDocuments.Parse(text, "manifest")).Message);

    [Fact]
    public void What_is_written_as_yaml_is_read_as_the_same()
    {
        var value = JsonNode.Parse("""{"a":{"b":["x",{"c":"1","d":1,"e":true,"f":null,"g":"null","h":"a: b"},[]]},"i":"","j":{}}""")!.AsObject();

        Assert.Equal(value.ToJsonString(), YamlDocuments.ParseAny(YamlText.Write(value), "text")!.ToJsonString());
    }
}
