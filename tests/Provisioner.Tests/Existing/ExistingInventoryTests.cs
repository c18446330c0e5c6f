using System.Text.Json.Nodes;
using Provisioner.Clusters.Existing;
using Provisioner.Kubernetes;
using Provisioner.Tests.Plan;

namespace Provisioner.Tests.Existing;

public sealed class ExistingInventoryTests
{
    private const string Config = """
        apiVersion: v1
        kind: Config
        contexts:
          - {name: work, context: {cluster: c1, user: u1}}
          - {name: broken, context: {cluster: gone, user: u1}}
        clusters:
          - {name: c1, cluster: {server: "https://cluster.example:6443", certificate-authority: ca.crt}}
        users:
          - {name: u1, user: {token: secret}}
        """;

    [Fact]
    public void Others_namespaces_and_another_mesh_stop_the_lab_before_anything_is_made()
    {
        var problems = ExistingInventory.Problems(
            "us", "work", Plans.Make("/lab"), [Named("istio-system"), Named("default"), Named("whereami", label: true)], [Named("gateways.networking.istio.io"), Named("widgets.example.com")]);

        Assert.Equal(2, problems.Count);
        Assert.Contains("already has a namespace istio-system that is not the lab's", problems[0].What);
        Assert.Contains("another mesh is, or was, installed there", problems[1].What);
    }

    [Fact]
    public void Only_kinds_that_the_lab_added_are_taken_back()
    {
        var istio = Named("gateways.networking.istio.io", label: true);
        var ingress = Named("multiclusteringresses.networking.gke.io");
        ingress["metadata"]!["annotations"] = new JsonObject { [ManifestApplier.VersionAnnotation] = "0123456789ab" };

        var others = Named("sidecars.networking.istio.io");
        others["metadata"]!["annotations"] = new JsonObject { ["meta.helm.sh/release-name"] = "istio-base" };

        var left = ExistingInventory.Left([istio, others, ingress, Named("backendconfigs.cloud.google.com"), Named("widgets.example.com", label: true)]);

        Assert.Equal(["gateways.networking.istio.io", "multiclusteringresses.networking.gke.io"], left.Select(item => item.Name()));
    }

    [Fact]
    public void Istios_kinds_are_the_labs_where_the_meshs_namespace_is_and_are_marked_before_it_goes()
    {
        JsonObject[] kinds = [Named("gateways.networking.istio.io"), Named("sidecars.networking.istio.io", label: true), Named("widgets.example.com")];

        Assert.Equal(["gateways.networking.istio.io"], ExistingInventory.Unmarked([Named("istio-system", label: true)], kinds).Select(item => item.Name()));
        Assert.Empty(ExistingInventory.Unmarked([Named("istio-system")], kinds));
        Assert.Empty(ExistingInventory.Problems("us", "work", Plans.Make("/lab"), [Named("istio-system", label: true)], kinds));
        Assert.Single(ExistingInventory.Problems("us", "work", Plans.Make("/lab"), [], kinds));
    }

    [Fact]
    public void One_context_is_taken_out_of_the_users_file_with_its_paths_made_whole()
    {
        var extracted = UserKubeconfig.Extract(YamlDocuments.ParseAny(Config, "config"), "/home/me/.kube/config", "work", "us");

        Assert.Equal("us", extracted["current-context"]!.ToString());
        Assert.Equal("/home/me/.kube/ca.crt", extracted["clusters"]![0]!["cluster"]!["certificate-authority"]!.ToString());
        Assert.Equal("secret", extracted["users"]![0]!["user"]!["token"]!.ToString());
    }

    [Theory]
    [InlineData("play", "has no context 'play'", "work, broken")]
    [InlineData("broken", "names 'gone', which its clusters lack", "anew")]
    public void A_context_that_cannot_be_used_is_named_with_its_cure(string context, string message, string cure)
    {
        var refused = Assert.Throws<LabException>(() => UserKubeconfig.Extract(YamlDocuments.ParseAny(Config, "config"), "/home/me/.kube/config", context, "us"));

        Assert.Contains(message, refused.Message);
        Assert.Contains(cure, refused.Cure);
    }

    [Theory]
    [InlineData("https://127.0.0.1:6443", false)]
    [InlineData("https://localhost:6443", false)]
    [InlineData("https://0.0.0.0:6443", false)]
    [InlineData("https://10.0.0.5:6443", true)]
    [InlineData("https://cluster.example", true)]
    public void An_address_that_other_clusters_pods_cannot_reach_is_refused(string server, bool accepted) =>
        Assert.Equal(accepted, ExistingClusterDriver.PeerProblems("us", "work", server).Count == 0);

    private static JsonObject Named(string name, bool label = false) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = label ? new JsonObject { [Ownership.Label] = "lab" } : new JsonObject() },
    };
}
