using AppHost.Running;
using Provisioner.State;

namespace OfflineHosting.Tests.Running;

public sealed class StageProgressTests
{
    [Fact]
    public void A_stage_that_takes_long_says_what_it_waits_for_after_10_s_after_30_s_and_then_every_minute()
    {
        using var control = new LabControl("/no/lab");
        var progress = new StageProgress(control, _ => { });
        var running = State(new StageRecord(4, "mesh", StageStates.Running, Message: "have Google manage the mesh of us: PROVISIONING"));

        var told = Enumerable.Range(0, 200).SelectMany(second => progress.Lines(running, DateTime.UnixEpoch.AddSeconds(second)).Select(line => (second, line))).ToArray();

        Assert.Equal([10, 30, 60, 120, 180], told.Select(each => each.second));
        Assert.Equal("stage 4 mesh: 60 s: have Google manage the mesh of us: PROVISIONING", told[2].line);
    }

    [Fact]
    public void A_stage_that_runs_again_is_told_of_anew()
    {
        using var control = new LabControl("/no/lab");
        var progress = new StageProgress(control, _ => { });
        var (running, done) = (State(new StageRecord(2, "cluster us", StageStates.Running)), State(new StageRecord(2, "cluster us", StageStates.Done)));

        Assert.Empty(progress.Lines(null, DateTime.UnixEpoch));
        Assert.Empty(progress.Lines(running, DateTime.UnixEpoch));
        Assert.Single(progress.Lines(running, DateTime.UnixEpoch.AddSeconds(12)));
        Assert.Empty(progress.Lines(done, DateTime.UnixEpoch.AddSeconds(50)));
        Assert.Empty(progress.Lines(running, DateTime.UnixEpoch.AddSeconds(51)));
        Assert.Single(progress.Lines(running, DateTime.UnixEpoch.AddSeconds(61)));
    }

    private static LabState State(StageRecord stage) => new() { Name = "lab", Mode = "gke", Kubeconfig = "", Stages = [stage] };
}
