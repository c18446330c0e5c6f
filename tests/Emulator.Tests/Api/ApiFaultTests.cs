using System.Text.Json.Nodes;

namespace Emulator.Tests.Api;

/// <summary>The API path between clusters, cut and healed.</summary>
public sealed class ApiFaultTests(ApiCluster cluster) : IClassFixture<ApiCluster>
{
    private const string Faults = "/apis/lab.dev/v1/networkfaults";

    [Fact]
    public async Task A_cut_breaks_the_other_control_planes_watches_and_holds_its_requests_until_it_is_healed()
    {
        using var asia = cluster.Client("test-admin");
        asia.DefaultRequestHeaders.UserAgent.ParseAdd("istiod-asia/1");
        using var watch = await asia.GetAsync("/api/v1/services?watch=true&resourceVersion=0&labelSelector=none", HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await watch.Content.ReadAsStreamAsync());

        await cluster.PostAsync(Faults, JsonNode.Parse(
            """{"apiVersion":"lab.dev/v1","kind":"NetworkFault","metadata":{"name":"asia"},"spec":{"peer":"asia","api":true}}""")!);

        await Assert.ThrowsAnyAsync<Exception>(async () => _ = await lines.ReadLineAsync() ?? throw new EndOfStreamException());
        var held = asia.GetAsync("/version");
        Assert.Equal(200, (await cluster.GetAsync("/version")).Status);
        Assert.False(held.IsCompleted);

        await cluster.DeleteAsync($"{Faults}/asia");

        // The held request breaks, as a connection that was cut does; a client may have tried again by itself.
        Assert.True(await Record.ExceptionAsync(() => held) is null or HttpRequestException);
        Assert.Equal(200, (await cluster.GetAsync("/version", asia)).Status);
    }
}
