using System.Diagnostics;
using Testing;

namespace Lab.Tests;

/// <summary>Commands that change a running lab and change it back.</summary>
public sealed class CommandTests(ReadyLab ready) : IClassFixture<ReadyLab>
{
    [Fact]
    public async Task Internal_gateways_are_closed_to_the_outside_while_the_vip_answers_and_open_again()
    {
        string[] gateways = [ready.GatewayUrl("us"), ready.GatewayUrl("asia")];

        await OkAsync("gateways", "internal");
        Assert.Null(await Whereami.StatusAsync(gateways[0]));
        Assert.Null(await Whereami.StatusAsync(gateways[1]));
        Assert.Equal(2, (await Whereami.SplitAsync(ready.Lab.VipUrl)).Count);

        await OkAsync("gateways", "external");
        Assert.Equal(200, await Whereami.StatusAsync(gateways[0]));
        Assert.Equal(200, await Whereami.StatusAsync(gateways[1]));
    }

    [Fact]
    public async Task After_leaving_each_gateway_answers_from_its_own_cluster_and_after_joining_from_both()
    {
        await OkAsync("leave");
        Assert.Equal([ReadyLab.Us], (await Whereami.SplitAsync(ready.GatewayUrl("us"))).Keys);
        Assert.Equal([ReadyLab.Asia], (await Whereami.SplitAsync(ready.GatewayUrl("asia"))).Keys);

        await OkAsync("join");
        Assert.Equal(2, (await Whereami.SplitAsync(ready.GatewayUrl("us"))).Count);
    }

    [Fact]
    public async Task A_provisioner_that_is_started_again_does_not_join_clusters_that_were_taken_apart()
    {
        await OkAsync("leave");
        var before = ready.Lab.ProvisionerId;

        using (var provisioner = Process.GetProcessById(before))
        {
            provisioner.Kill();
        }

        // While it looks at the lab it takes no other command.
        await Eventually.HoldsAsync(
            async () => ready.Lab.ProvisionerId is var id && id != 0 && id != before && (await ready.ProvisionerAsync("heal")).ExitCode == 0,
            "another provisioner has looked at the lab");
        Assert.Equal([ReadyLab.Us], (await Whereami.SplitAsync(ready.GatewayUrl("us"))).Keys);

        await OkAsync("join");
    }

    [Fact]
    public async Task Stage_4_brings_back_an_istiod_that_was_scaled_to_nothing()
    {
        await ready.Kubectl.RunAsync("--context", "us", "-n", "istio-system", "scale", "deploy", "istiod", "--replicas=0");

        await OkAsync("stage", "4");

        var pods = await ready.Kubectl.RunAsync("--context", "us", "-n", "istio-system", "get", "deploy", "istiod", "-o", "jsonpath={.status.readyReplicas}");
        Assert.Equal("1", pods);
    }

    [Fact]
    public async Task The_vip_sends_a_client_to_the_cluster_of_its_region()
    {
        await OkAsync("leave");
        using var client = new HttpClient();
        foreach (var (region, cluster) in new[] { ("asia-northeast1", ReadyLab.Asia), ("us-central1", ReadyLab.Us) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, ready.Lab.VipUrl) { Headers = { { "X-Lab-Client-Region", region } } };
            using var answer = await client.SendAsync(request);
            Assert.Contains(cluster, await answer.Content.ReadAsStringAsync());
        }

        await OkAsync("join");
    }

    [Fact]
    public async Task Scaling_whereami_changes_the_number_of_ready_pods()
    {
        await OkAsync("scale", "us", "4");
        var pods = await ready.Kubectl.RunAsync("--context", "us", "-n", "whereami", "get", "deploy", "whereami-deployment", "-o", "jsonpath={.status.readyReplicas}");
        Assert.Equal("4", pods);

        await OkAsync("scale", "us", "3");
    }

    [Fact]
    public async Task An_unknown_stage_is_refused_with_what_is_possible()
    {
        var refused = await ready.ProvisionerAsync("stage", "12");

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("There is no stage '12'; stages are 1 to 9.", refused.StandardError + refused.StandardOutput);
    }

    private async Task OkAsync(params string[] verb)
    {
        var result = await ready.ProvisionerAsync(verb);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', verb)}: {result.StandardOutput}{result.StandardError}\n{ready.Lab.Output}");
    }
}
