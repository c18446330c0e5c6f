using System.Diagnostics;
using Testing;

namespace Lab.Tests;

/// <summary>However a lab ends, nothing of it stays.</summary>
public sealed class EndingTests
{
    // Seconds on a machine of one's own; this one may do much else.
    private static readonly TimeSpan Allowed = TimeSpan.FromSeconds(60);

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
    public async Task Two_labs_run_side_by_side_and_a_signal_ends_one_with_its_processes_and_its_folder()
    {
        await using var first = await LabProcess.StartReadyAsync();
        await using var second = await LabProcess.StartReadyAsync();
        Assert.NotEqual(first.VipUrl, second.VipUrl);
        Assert.Equal(2, (await Whereami.SplitAsync(second.VipUrl)).Count);

        await EndAsync(second, "TERM");
        Assert.Equal(2, (await Whereami.SplitAsync(first.VipUrl)).Count);
        await EndAsync(first, "INT");
    }

    [Fact]
    public async Task A_cluster_that_is_killed_comes_back_in_the_middle_of_the_stages_and_under_traffic()
    {
        await using var lab = LabProcess.Start(["--mode", "embedded", "--no-dashboard"]);
        await Eventually.HoldsAsync(() => lab.Output.Contains("stage 4 mesh"), "the mesh is there", TimeSpan.FromSeconds(120));
        KillAsia(lab);
        await Eventually.HoldsAsync(() => lab.Output.Contains("lab ready in"), "the lab is ready all the same", TimeSpan.FromSeconds(240));
        Assert.Equal(2, (await Whereami.SplitAsync(lab.VipUrl)).Count);

        KillAsia(lab);

        // Outlier detection needs to have seen the failures; after that no request fails.
        await Eventually.HoldsAsync(async () => await Whereami.StatusAsync(lab.VipUrl) == 200, "the VIP answers again", TimeSpan.FromSeconds(60));
        await Eventually.HoldsAsync(
            async () => (await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Whereami.StatusAsync(lab.VipUrl)))).All(status => status == 200),
            "twenty requests in a row succeed",
            TimeSpan.FromSeconds(60));
        await Eventually.HoldsAsync(() => lab.Output.Split("asia ended with exit code").Length == 3, "the end of asia is told each time");
        await Eventually.HoldsAsync(
            async () => (await Whereami.SplitAsync(lab.VipUrl)).Count == 2, "asia was started again and answers", TimeSpan.FromSeconds(120));
    }

    private static async Task EndAsync(LabProcess lab, string signal)
    {
        Assert.True(lab.ProcessIds().Count >= 4, "two clusters, provisioner and global ingress run");
        lab.Signal(signal);
        await Eventually.HoldsAsync(() => lab.Process.HasExited, $"AppHost has ended by {signal}", Allowed);
        await NothingLeftAsync(lab);
        Assert.False(Directory.Exists(lab.Directory), $"{lab.Directory} is still there");
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
