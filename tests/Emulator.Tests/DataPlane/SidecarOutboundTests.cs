using System.Net;
using Testing;

namespace Emulator.Tests.DataPlane;

public sealed class SidecarOutboundTests
{
    [Theory]
    [InlineData("http://whereami-service/")]
    [InlineData("http://whereami-service.whereami/")]
    [InlineData("http://whereami-service.whereami.svc.cluster.local:80/")]
    [InlineData("http://10.255.10.7/")]
    public async Task Requests_of_a_pod_take_turns_through_both_clusters(string url)
    {
        await using var lab = await MeshLab.StartAsync();
        await lab.PodAsync("us", "us-1", "10.10.0.1");
        await lab.PodAsync("asia", "asia-1", "10.20.0.1");
        using var client = await lab.CallerAsync();

        Assert.Equal(["us-1", "asia-1", "us-1"], [await client.GetStringAsync(url), await client.GetStringAsync(url), await client.GetStringAsync(url)]);
    }

    [Fact]
    public async Task An_endpoint_that_cannot_be_reached_is_passed_over()
    {
        await using var lab = await MeshLab.StartAsync();
        await lab.PodAsync("us", "us-1", "10.10.0.1");
        var (_, attached, _) = await lab.PodAsync("us", "us-2", "10.10.0.2");
        using var client = await lab.CallerAsync();
        attached.Dispose();

        for (var i = 0; i < 6; i++)
        {
            Assert.Equal("us-1", await client.GetStringAsync("http://whereami-service/"));
        }
    }

    [Fact]
    public async Task What_the_mesh_does_not_know_is_left_to_the_network()
    {
        await using var lab = await MeshLab.StartAsync();
        lab.Us.Pod("plain", "10.10.0.77");
        using var client = await lab.CallerAsync();

        Assert.Equal("plain", await client.GetStringAsync("http://10.10.0.77:8080/"));
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync("http://nowhere.invalid/"));
    }

    [Fact]
    public async Task With_REGISTRY_ONLY_what_the_mesh_does_not_know_is_answered_502_and_the_access_log_names_block_all()
    {
        await using var lab = await MeshLab.StartAsync();
        lab.With = snapshot => snapshot with { RegistryOnly = true, AccessLog = true };
        lab.Us.Pod("plain", "10.10.0.77");
        await lab.PodAsync("us", "us-1", "10.10.0.1");
        using var client = await lab.CallerAsync();

        using var unknown = await client.GetAsync("http://outside.example/a");
        using var known = await client.GetAsync("http://whereami-service/");

        Assert.Equal((HttpStatusCode.BadGateway, ""), (unknown.StatusCode, await unknown.Content.ReadAsStringAsync()));
        Assert.Equal(("envoy", "envoy"), (unknown.Headers.Server.ToString(), known.Headers.Server.ToString()));
        Assert.Equal("us-1", await known.Content.ReadAsStringAsync());
        Assert.Contains(lab.Log, line => line.Contains("\"GET /a HTTP/1.1\" 502 - direct_response - ", StringComparison.Ordinal)
            && line.Contains("\"outside.example\" \"-\" - ", StringComparison.Ordinal) && line.EndsWith(" block_all", StringComparison.Ordinal));

        lab.With = snapshot => snapshot with { AccessLog = true };
        lab.Publish();
        await Eventually.HoldsAsync(
            async () => await (await client.GetAsync("http://10.10.0.77:8080/b")).Content.ReadAsStringAsync() == "plain", "it is left to the network");
        Assert.Contains(lab.Log, line => line.Contains("\"GET /b HTTP/1.1\" 200 - via_upstream - ", StringComparison.Ordinal)
            && line.Contains("\"10.10.0.77:8080\" PassthroughCluster ", StringComparison.Ordinal) && line.EndsWith(" allow_any", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_service_without_endpoints_is_answered_503()
    {
        await using var lab = await MeshLab.StartAsync();
        using var client = await lab.CallerAsync();

        var answer = await client.GetAsync("http://whereami-service/");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("no healthy upstream", await answer.Content.ReadAsStringAsync());
    }
}
