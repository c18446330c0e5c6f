using System.Diagnostics;
using Testing;

namespace Lab.Tests;

/// <summary>However a lab ends, nothing of it stays.</summary>
public sealed class EndingTests
{
    private static readonly TimeSpan Allowed = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Exit_when_ready_takes_the_lab_down_and_ends_with_0()
    {
        await using var lab = LabProcess.Start(["--mode", "embedded", "--no-dashboard", "--exit-when-ready"]);

        await Eventually.HoldsAsync(() => lab.Process.HasExited, "AppHost has ended", TimeSpan.FromSeconds(90));

        Assert.True(lab.Process.ExitCode == 0, lab.Output);
        Assert.Contains("lab ready in", lab.Output);
        await NothingLeftAsync(lab);
        Assert.False(Directory.Exists(lab.Directory), $"{lab.Directory} is still there");
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_ends_every_process_and_removes_the_folder(string signal)
    {
        await using var lab = await LabProcess.StartReadyAsync();
        Assert.True(lab.ProcessIds().Count >= 4, "two clusters, provisioner and global ingress run");

        lab.Signal(signal);

        await Eventually.HoldsAsync(() => lab.Process.HasExited, "AppHost has ended", Allowed);
        await NothingLeftAsync(lab);
        Assert.False(Directory.Exists(lab.Directory), $"{lab.Directory} is still there");
    }

    [Fact]
    public async Task Killing_AppHost_ends_every_process_and_the_next_lab_starts_in_the_same_folder()
    {
        using var folder = new TemporaryFolder();
        var directory = folder.File(".lab");
        await using (var killed = LabProcess.Start(["--mode", "embedded", "--no-dashboard"], directory))
        {
            await killed.ReadyAsync();
            killed.Process.Kill();
            await NothingLeftAsync(killed);
        }

        await using var next = LabProcess.Start(["--mode", "embedded", "--no-dashboard"], directory);
        await next.ReadyAsync();

        Assert.Equal(2, (await Whereami.SplitAsync(next.VipUrl)).Count);
    }

    [Fact]
    public async Task Two_labs_run_side_by_side_and_ending_one_leaves_the_other()
    {
        await using var first = await LabProcess.StartReadyAsync();
        await using (var second = await LabProcess.StartReadyAsync())
        {
            Assert.NotEqual(first.VipUrl, second.VipUrl);
            Assert.Equal(2, (await Whereami.SplitAsync(second.VipUrl)).Count);
        }

        Assert.Equal(2, (await Whereami.SplitAsync(first.VipUrl)).Count);
    }

    [Fact]
    public async Task When_a_cluster_is_killed_the_vip_goes_on_with_the_other_and_the_cluster_comes_back()
    {
        await using var lab = await LabProcess.StartReadyAsync();
        KillAsia(lab);

        // Outlier detection needs to have seen the failures; after that no request fails.
        await Eventually.HoldsAsync(async () => await Whereami.StatusAsync(lab.VipUrl) == 200, "the VIP answers again");
        await Eventually.HoldsAsync(
            async () => (await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Whereami.StatusAsync(lab.VipUrl)))).All(status => status == 200),
            "twenty requests in a row succeed");
        await Eventually.HoldsAsync(() => lab.Output.Contains("asia ended with exit code"), "the end of asia is told");
        await Eventually.HoldsAsync(
            async () => (await Whereami.SplitAsync(lab.VipUrl)).Count == 2, "asia was started again and answers", TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_cluster_that_is_killed_in_the_middle_of_the_stages_comes_back_and_the_lab_gets_ready()
    {
        await using var lab = LabProcess.Start(["--mode", "embedded", "--no-dashboard"]);
        await Eventually.HoldsAsync(() => lab.Output.Contains("stage 4 mesh"), "the mesh is there", TimeSpan.FromSeconds(90));

        KillAsia(lab);

        await Eventually.HoldsAsync(() => lab.Output.Contains("lab ready in"), "the lab is ready all the same", TimeSpan.FromSeconds(90));
        Assert.Equal(2, (await Whereami.SplitAsync(lab.VipUrl)).Count);
    }

    private static void KillAsia(LabProcess lab)
    {
        foreach (var id in lab.ProcessIds().Where(id => File.ReadAllText($"/proc/{id}/cmdline").Contains("--name\0asia\0")))
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
    }

    private static Task NothingLeftAsync(LabProcess lab) =>
        Eventually.HoldsAsync(() => lab.ProcessIds().Count == 0, "no process of the lab is left", Allowed);
}
