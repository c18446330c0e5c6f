using AppHost.K3s;

namespace OfflineHosting.Tests.K3s;

public sealed class SystemImagesTests
{
    [Fact]
    public void Of_the_list_of_a_release_only_what_the_labs_nodes_run_is_fetched()
    {
        const string List = """
            docker.io/rancher/klipper-helm:v0.9.14-build20260210
            docker.io/rancher/klipper-lb:v0.4.14
            docker.io/rancher/local-path-provisioner:v0.0.34
            docker.io/rancher/mirrored-coredns-coredns:1.14.1
            docker.io/rancher/mirrored-library-traefik:3.6.7
            docker.io/rancher/mirrored-metrics-server:v0.8.1
            docker.io/rancher/mirrored-pause:3.6

            """;

        Assert.Equal(
            ["docker.io/rancher/klipper-helm:v0.9.14-build20260210", "docker.io/rancher/klipper-lb:v0.4.14", "docker.io/rancher/mirrored-coredns-coredns:1.14.1", "docker.io/rancher/mirrored-pause:3.6"],
            SystemImages.Needed(List));
    }

    [Theory]
    [InlineData("docker.io/rancher/k3s:v1.36.2-k3s1", "https://releases.example/v1.36.2%2Bk3s1/k3s-images.txt")]
    [InlineData("registry.example/mine/k3s:latest", null)]
    [InlineData("lab-test/busybox:1", null)]
    public void The_list_is_that_of_the_release_of_the_nodes_image(string image, string? address) =>
        Assert.Equal(address, SystemImages.AddressOf(image, "https://releases.example")?.AbsoluteUri);

    [Fact]
    public async Task Without_the_list_the_nodes_pull_for_themselves_and_it_is_said()
    {
        var said = new List<string>();

        var images = await SystemImages.ListAsync("rancher/k3s:v0.0.0-k3s0", "http://127.0.0.1:9", said.Add, TestContext.Current.CancellationToken);

        Assert.Empty(images);
        Assert.Contains("The nodes pull k3s's own images themselves", Assert.Single(said));
    }
}
