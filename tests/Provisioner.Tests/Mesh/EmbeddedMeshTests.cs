using Provisioner.Mesh;

namespace Provisioner.Tests.Mesh;

public sealed class EmbeddedMeshTests
{
    [Fact]
    public void Every_object_of_the_mesh_has_a_kind_and_a_name_and_no_placeholder_left()
    {
        var objects = EmbeddedMesh.Objects("us");

        Assert.All(objects, node =>
        {
            Assert.NotNull(node["kind"]);
            Assert.NotNull(node["metadata"]!["name"]);
            Assert.DoesNotContain("${", node.ToJsonString());
        });
    }

    [Fact]
    public void Istiod_is_told_its_cluster_and_carries_the_revision_that_the_seed_reads()
    {
        var istiod = EmbeddedMesh.Objects("asia").Single(node => node["kind"]!.GetValue<string>() == "Deployment");

        Assert.Equal(EmbeddedMesh.Revision, istiod["metadata"]!["labels"]!["istio.io/rev"]!.GetValue<string>());
        var environment = istiod["spec"]!["template"]!["spec"]!["containers"]![0]!["env"]!.AsArray();
        Assert.Equal("asia", environment.Single(item => item!["name"]!.GetValue<string>() == "CLUSTER_ID")!["value"]!.GetValue<string>());
    }

    [Fact]
    public void Definitions_come_before_the_objects_and_namespaces_before_what_is_in_them()
    {
        var kinds = EmbeddedMesh.Objects("us").Select(node => node["kind"]!.GetValue<string>()).ToList();

        Assert.True(kinds.LastIndexOf("CustomResourceDefinition") < kinds.IndexOf("Namespace"));
        Assert.True(kinds.IndexOf("Namespace") < kinds.IndexOf("ServiceAccount"));
    }

    [Fact]
    public void All_versions_of_a_kind_have_the_same_fields()
    {
        foreach (var definition in EmbeddedMesh.Objects("us").Where(node => node["kind"]!.GetValue<string>() == "CustomResourceDefinition"))
        {
            var schemas = definition["spec"]!["versions"]!.AsArray().Select(version => version!["schema"]!.ToJsonString()).Distinct();

            Assert.Single(schemas);
        }
    }
}
