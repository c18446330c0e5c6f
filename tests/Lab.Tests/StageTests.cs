using Testing;

namespace Lab.Tests;

/// <summary>Stopping at a stage and carrying on, as a teacher does.</summary>
public sealed class StageTests
{
    [Fact]
    public async Task A_lab_stopped_after_stage_5_answers_from_us_only_and_stage_6_adds_asia()
    {
        await using var lab = await LabProcess.StartReadyAsync("--until", "5");
        var gateway = ReadyLab.GatewayUrl(lab, "us");
        Assert.Equal([ReadyLab.Us], (await Whereami.SplitAsync(gateway)).Keys);

        var stage = await ReadyLab.ProvisionerAsync(lab, "stage", "6");

        Assert.True(stage.ExitCode == 0, stage.StandardOutput + stage.StandardError);
        Assert.Equal(2, (await Whereami.SplitAsync(gateway)).Count);
    }

    [Fact]
    public async Task Resetting_undoes_the_later_stages_and_they_can_be_run_again()
    {
        await using var lab = await LabProcess.StartReadyAsync();

        var reset = await ReadyLab.ProvisionerAsync(lab, "reset", "--to", "5");
        Assert.True(reset.ExitCode == 0, reset.StandardOutput + reset.StandardError);
        Assert.Equal([ReadyLab.Us], (await Whereami.SplitAsync(ReadyLab.GatewayUrl(lab, "us"))).Keys);

        var stage = await ReadyLab.ProvisionerAsync(lab, "stage", "9");
        Assert.True(stage.ExitCode == 0, stage.StandardOutput + stage.StandardError);
        Assert.Equal(2, (await Whereami.SplitAsync(lab.VipUrl)).Count);
    }
}
