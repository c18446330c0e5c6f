using Provisioner.Api;

namespace Provisioner.Tests.Existing;

/// <summary>A lab on clusters that were there before it.</summary>
public sealed class ExistingLabTests(ExistingLab lab) : IClassFixture<ExistingLab>
{
    [Fact]
    public async Task All_stages_are_reached_on_clusters_of_others_and_everything_is_taken_back_even_after_a_crash()
    {
        await lab.StartAsync();
        var us = lab.KubectlOf("us");
        await us.RunAsync("create", "namespace", "whereami");
        await us.RunAsync("create", "namespace", "somebodys");
        await us.RunAsync("--namespace", "somebodys", "create", "configmap", "theirs");

        await lab.StartProvisionerAsync();

        var refused = (await lab.Client.StateAsync()).Failure!;
        Assert.Contains("cluster us (dev-us) already has a namespace whereami that is not the lab's", refused.Message);
        Assert.Contains("--Lab:Namespace=NAME", refused.Cure);
        await us.RunAsync("--namespace", "whereami", "create", "configmap", "whereami");
        await us.RunAsync("label", "namespace", "whereami", "istio-injection=enabled");

        Assert.Equal(0, await lab.CrashAndTakeBackAsync());

        Assert.Contains("whereami", await us.RunAsync("--namespace", "whereami", "get", "configmap", "whereami"));
        Assert.DoesNotContain("uninstall", lab.HelmLog);
        await us.RunAsync("delete", "namespace", "whereami");
        await lab.StartProvisionerAsync();
        var before = (await lab.InventoryAsync("us"), await lab.InventoryAsync("asia"));

        await OkAsync("stage", new CommandArguments { Number = 9 });
        await OkAsync("verify");

        Assert.Equal(["asia", "us"], (await lab.Client.StateAsync()).Split.Keys.Order());
        Assert.Contains("upgrade --install istiod istiod --repo https://istio-release.storage.googleapis.com/charts --version 1.30.3", lab.HelmLog);
        Assert.Contains("1-30-3", await us.RunAsync("get", "namespace", "whereami", "--show-labels"));

        await OkAsync("reset", new CommandArguments { To = 7 });
        Assert.True(lab.IsRecorded);
        Assert.Equal(0, await lab.CrashAndTakeBackAsync());

        Assert.False(lab.IsRecorded);
        Assert.Equal(before, (await lab.InventoryAsync("us"), await lab.InventoryAsync("asia")));
        Assert.Contains("theirs", await us.RunAsync("--namespace", "somebodys", "get", "configmaps"));
    }

    private async Task OkAsync(string verb, CommandArguments? arguments = null)
    {
        var said = new List<string>();
        var last = await lab.Client.RunAsync(verb, arguments ?? new CommandArguments(), said.Add, TestContext.Current.CancellationToken);
        Assert.True(last.Ok, $"{verb}: {last.Message}\n{last.Cure}\n{string.Join('\n', said)}");
    }
}
