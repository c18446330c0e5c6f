using System.Text;
using Provisioner.Clusters;
using Provisioner.Kubernetes;
using Provisioner.Mesh;

namespace Provisioner.Tests.Mesh;

public sealed class RemoteSecretTests
{
    [Fact]
    public void It_has_the_name_label_and_annotation_that_istio_looks_for()
    {
        var secret = RemoteSecret.Create("asia", new PeerApi("https://127.0.0.1:16444"), "PEM", "token");

        Assert.Equal("istio-remote-secret-asia", secret["metadata"]!["name"]!.GetValue<string>());
        Assert.Equal("istio-system", secret["metadata"]!["namespace"]!.GetValue<string>());
        Assert.Equal("true", secret["metadata"]!["labels"]!["istio/multiCluster"]!.GetValue<string>());
        Assert.Equal("asia", secret["metadata"]!["annotations"]!["networking.istio.io/cluster"]!.GetValue<string>());
    }

    [Fact]
    public void Its_kubeconfig_reaches_the_cluster_with_the_token_and_trusts_only_its_authority()
    {
        var secret = RemoteSecret.Create("asia", new PeerApi("https://127.0.0.1:16444"), "PEM", "a.b.c");
        var text = Encoding.UTF8.GetString(Convert.FromBase64String(secret["data"]!["asia"]!.GetValue<string>()));
        var config = YamlDocuments.ParseAny(text, "kubeconfig")!;

        var cluster = config["clusters"]![0]!["cluster"]!;
        Assert.Equal("https://127.0.0.1:16444", cluster["server"]!.GetValue<string>());
        Assert.Equal("PEM", Encoding.UTF8.GetString(Convert.FromBase64String(cluster["certificate-authority-data"]!.GetValue<string>())));
        Assert.Equal("a.b.c", config["users"]![0]!["user"]!["token"]!.GetValue<string>());
        Assert.Equal("asia", config["current-context"]!.GetValue<string>());
    }

    [Fact]
    public void A_server_given_by_address_is_known_by_the_name_in_its_certificate()
    {
        var secret = RemoteSecret.Create("asia", new PeerApi("https://172.18.0.3:6443", "asia"), "PEM", "a.b.c");
        var cluster = YamlDocuments.ParseAny(Encoding.UTF8.GetString(Convert.FromBase64String(secret["data"]!["asia"]!.GetValue<string>())), "kubeconfig")!["clusters"]![0]!["cluster"]!;

        Assert.Equal(("https://172.18.0.3:6443", "asia"), (cluster["server"]!.GetValue<string>(), cluster["tls-server-name"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("https://172.18.0.3:6443", "a.b.c", null)]
    [InlineData("https://172.18.0.4:6443", "a.b.c", "another address than https://172.18.0.4:6443")]
    [InlineData("https://172.18.0.3:6443", "x.y.z", "its token is not the one")]
    public void A_secret_of_another_time_is_told_from_the_right_one(string server, string token, string? reason)
    {
        var secret = RemoteSecret.Create("asia", new PeerApi("https://172.18.0.3:6443", "asia"), "PEM", "a.b.c");

        var found = RemoteSecrets.Staleness(secret, new ReaderCredentials(token, "PEM"), new PeerApi(server, "asia"));

        Assert.Equal(reason is null, found is null);
        Assert.Contains(reason ?? "", found ?? "");
    }
}
