using System.Text;
using Provisioner.Clusters;
using Provisioner.Kubernetes;
using Provisioner.Tests.Plan;
using Testing;

namespace Provisioner.Tests.Kubernetes;

public sealed class LabKubeconfigTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_merged_file_has_both_contexts_and_the_names_that_gcloud_gives()
    {
        var plan = Plans.Make(folder.Path);
        foreach (var cluster in plan.Clusters)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(cluster.Kubeconfig)!);
            File.WriteAllText(cluster.Kubeconfig, $$$"""
                apiVersion: v1
                kind: Config
                clusters: [{name: x, cluster: {server: "https://{{{cluster.Name}}}:6443", certificate-authority-data: {{{Base64("ca")}}} }}]
                users: [{name: x, user: {token: token-of-{{{cluster.Name}}}}}]
                contexts: [{name: x, context: {cluster: x, user: x}}]
                current-context: x
                """);
        }

        var kubeconfig = new LabKubeconfig(plan);
        kubeconfig.Write();

        foreach (var (context, server) in new[]
        {
            ("us", "https://us:6443"), ("asia", "https://asia:6443"), ("gke_lab-demo_us-central1-c_multi-cluster-demo-us", "https://us:6443"),
        })
        {
            Assert.Equal(server, KubeConfig.Load(kubeconfig.Path, context).Host.TrimEnd('/'));
        }

        Assert.Equal("us", KubeConfig.Load(kubeconfig.Path).CurrentContext);
        Assert.Equal("token-of-us", KubeConfig.Load(kubeconfig.Path).AccessToken);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(kubeconfig.Path));
        }
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
