using Provisioner.Api;

namespace Provisioner.Tests.K3s.Real;

/// <summary>The stages on real k3s and real Istio, as far as their images can be had.</summary>
public sealed class RealK3sTests(RealK3s lab) : IClassFixture<RealK3s>
{
    [Fact]
    public async Task All_stages_are_reached_and_a_node_that_starts_again_at_another_address_is_taken_up()
    {
        await lab.StartAsync();
        // The nodes pull every image themselves, which may take longer than a step waits: a stage that is run again carries on.
        await OkAsync("stage", new CommandArguments { Number = 9 }, attempts: 4);
        await OkAsync("verify");

        Assert.Equal(["asia", "us"], (await lab.Client.StateAsync()).Split.Keys.Order());
        Assert.Contains("2/2", await lab.KubectlOf("us").RunAsync("--namespace", "whereami", "get", "pods"));
        Assert.Contains("1-30-3", await lab.KubectlOf("asia").RunAsync("get", "namespace", "whereami", "--show-labels"));

        await lab.RestartAsync("asia");
        await OkAsync("stage", new CommandArguments { Number = 9 }, attempts: 2);
        await OkAsync("verify");

        await OkAsync("leave");
        Assert.DoesNotContain("istio-remote-secret-asia", await lab.KubectlOf("us").RunAsync("--namespace", "istio-system", "get", "secrets"));
        await OkAsync("reset", new CommandArguments { To = 3 });
        Assert.DoesNotContain("istio-system", await lab.KubectlOf("us").RunAsync("get", "namespaces"));
    }

    private async Task OkAsync(string verb, CommandArguments? arguments = null, int attempts = 1)
    {
        var said = new List<string>();
        var last = await lab.Client.RunAsync(verb, arguments ?? new CommandArguments(), said.Add, TestContext.Current.CancellationToken);
        for (var attempt = 1; attempt < attempts && !last.Ok; attempt++)
        {
            said.Add($"{verb}: {last.Message}");
            last = await lab.Client.RunAsync(verb, arguments ?? new CommandArguments(), said.Add, TestContext.Current.CancellationToken);
        }

        Assert.True(last.Ok, $"{verb}: {last.Message}\n{last.Cure}\n{string.Join('\n', said)}");
    }
}
