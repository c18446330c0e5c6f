using Testing;

namespace Lab.Tests;

/// <summary>Stopping at a stage and carrying on, as a teacher does.</summary>
public sealed class StageTests
{
    [Fact]
    public async Task A_lab_stopped_after_stage_5_answers_from_us_only_stage_6_adds_asia_and_a_reset_takes_it_away_again()
    {
        await using var lab = await LabProcess.StartReadyAsync("--until", "5");
        var gateway = ReadyLab.GatewayUrl(lab, "us");
        Assert.Equal([ReadyLab.Us], (await Whereami.SplitAsync(gateway)).Keys);

        await OkAsync(lab, "stage", "6");
        Assert.Equal(2, (await Whereami.SplitAsync(gateway)).Count);

        await OkAsync(lab, "stage", "9");
        await OkAsync(lab, "reset", "--to", "5");
        Assert.Equal([ReadyLab.Us], (await Whereami.SplitAsync(gateway)).Keys);

        await OkAsync(lab, "stage", "9");
        Assert.Equal(2, (await Whereami.SplitAsync(lab.VipUrl)).Count);
    }

    private static async Task OkAsync(LabProcess lab, params string[] arguments)
    {
        var result = await ReadyLab.ProvisionerAsync(lab, arguments);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', arguments)}: {result.StandardOutput}{result.StandardError}");
    }
}
