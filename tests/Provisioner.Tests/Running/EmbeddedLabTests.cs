using Provisioner.Api;
using Provisioner.State;
using Testing;

namespace Provisioner.Tests.Running;

/// <summary>The stages on real embedded clusters.</summary>
public sealed class EmbeddedLabTests(EmbeddedLab lab) : IClassFixture<EmbeddedLab>
{
    [Fact]
    public async Task Stage_5_answers_from_us_only_and_stage_9_from_both()
    {
        await lab.OkAsync("stage", new CommandArguments { Number = 9 });
        await lab.OkAsync("reset", new CommandArguments { To = 5 });
        await lab.OkAsync("verify");
        Assert.Equal(["us"], (await lab.StateAsync()).Split.Keys);

        await lab.OkAsync("stage", new CommandArguments { Number = 9 });
        await lab.OkAsync("verify");

        var state = await lab.StateAsync();
        Assert.Equal(["asia", "us"], state.Split.Keys.Order());
        Assert.Equal(9, state.Stage);
        Assert.NotNull(state.VipUrl);
        Assert.All(state.Clusters, cluster => Assert.NotNull(cluster.GatewayUrl));
    }

    [Fact]
    public async Task Every_stage_can_be_taken_back_and_reached_again()
    {
        await lab.OkAsync("reset", new CommandArguments { To = 0 });
        Assert.All((await lab.StateAsync()).Stages, stage => Assert.Equal(StageStates.Pending, stage.State));

        await lab.OkAsync("stage", new CommandArguments { Number = 9 });

        Assert.All((await lab.StateAsync()).Stages, stage => Assert.Equal(StageStates.Done, stage.State));
    }

    [Fact]
    public async Task After_leaving_stage_7_fails_with_its_cure_and_joining_heals_it()
    {
        await lab.OkAsync("stage", new CommandArguments { Number = 9 });
        await lab.OkAsync("leave");

        var lines = new List<string>();
        var verify = await lab.Client.RunAsync("verify", new CommandArguments(), lines.Add, TestContext.Current.CancellationToken);

        Assert.False(verify.Ok);
        Assert.Contains(lines, line => line.StartsWith("passed     5 gateway us", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("failed     7 traffic", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("-- join", StringComparison.Ordinal));

        await lab.OkAsync("join");
        await lab.OkAsync("verify");
    }

    [Fact]
    public async Task A_cluster_that_was_killed_is_shown_and_restored_when_it_comes_back_empty()
    {
        await lab.OkAsync("stage", new CommandArguments { Number = 9 });

        await lab.KillAsync("asia");
        await Eventually.HoldsAsync(async () => !await IsReadyAsync("asia"), "asia is shown as not ready");
        lab.StartCluster("asia");
        await Eventually.HoldsAsync(async () => await IsReadyAsync("asia"), "asia is shown as ready");
        await Eventually.HoldsAsync(
            async () => (await lab.StateAsync()).Workloads.Count(workload => workload is { Cluster: "asia", State: "Running" }) == 3,
            "the workloads of asia run again");
        await Eventually.HoldsAsync(async () => (await lab.StateAsync()).Running is null, "the lab is at rest");

        await lab.OkAsync("verify");
    }

    private async Task<bool> IsReadyAsync(string cluster) => (await lab.StateAsync()).ClustersHealth.Single(health => health.Name == cluster).Ready;
}
