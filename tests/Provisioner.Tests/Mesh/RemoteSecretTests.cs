using System.Text;
using Provisioner.Kubernetes;
using Provisioner.Mesh;

namespace Provisioner.Tests.Mesh;

public sealed class RemoteSecretTests
{
    [Fact]
    public void It_has_the_name_label_and_annotation_that_istio_looks_for()
    {
        var secret = RemoteSecret.Create("asia", "https://127.0.0.1:16444", "PEM", "token");

        Assert.Equal("istio-remote-secret-asia", secret["metadata"]!["name"]!.GetValue<string>());
        Assert.Equal("istio-system", secret["metadata"]!["namespace"]!.GetValue<string>());
        Assert.Equal("true", secret["metadata"]!["labels"]!["istio/multiCluster"]!.GetValue<string>());
        Assert.Equal("asia", secret["metadata"]!["annotations"]!["networking.istio.io/cluster"]!.GetValue<string>());
    }

    [Fact]
    public void Its_kubeconfig_reaches_the_cluster_with_the_token_and_trusts_only_its_authority()
    {
        var secret = RemoteSecret.Create("asia", "https://127.0.0.1:16444", "PEM", "a.b.c");
        var text = Encoding.UTF8.GetString(Convert.FromBase64String(secret["data"]!["asia"]!.GetValue<string>()));
        var config = YamlDocuments.ParseAny(text, "kubeconfig")!;

        var cluster = config["clusters"]![0]!["cluster"]!;
        Assert.Equal("https://127.0.0.1:16444", cluster["server"]!.GetValue<string>());
        Assert.Equal("PEM", Encoding.UTF8.GetString(Convert.FromBase64String(cluster["certificate-authority-data"]!.GetValue<string>())));
        Assert.Equal("a.b.c", config["users"]![0]!["user"]!["token"]!.GetValue<string>());
        Assert.Equal("asia", config["current-context"]!.GetValue<string>());
    }
}
