using Provisioner.Stages;
using Provisioner.Stages.Execution;
using Provisioner.State;
using Testing;

namespace Provisioner.Tests.Stages;

public sealed class StageRunnerTests
{
    private readonly StageBuilder world = new();

    [Fact]
    public async Task A_stage_acts_after_the_checks_whose_observation_it_ends()
    {
        var runner = world.Runner(
            world.Stage(1), world.Stage(2, [1], world.Check("only us", endedBy: 3)), world.Stage(3, [2], world.Check("both")));

        await RunAsync(runner, 3);

        Assert.Equal(["act 1", "act 2", "only us", "act 3", "both"], world.Done);
        Assert.Equal(3, world.Store.Current.Stage);
    }

    [Fact]
    public async Task A_check_waits_for_the_stages_it_needs_while_others_go_on()
    {
        var runner = world.Runner(world.Stage(1), world.Stage(2, [1], world.Check("across", null, 3)), world.Stage(3, [1]));

        await RunAsync(runner, 3);

        Assert.Equal("across", world.Done.Last());
    }

    [Fact]
    public async Task A_step_that_is_done_already_is_not_done_again()
    {
        world.Present.Add("act 2");
        var runner = world.Runner(world.Stage(1), world.Stage(2, [1]));

        await RunAsync(runner, 2);

        Assert.Equal(["act 1"], world.Done);
        Assert.Equal(StageStates.Done, world.StateOf(2));
    }

    [Fact]
    public async Task Stages_above_the_one_asked_for_are_left_alone()
    {
        var runner = world.Runner(world.Stage(1), world.Stage(2, [1]), world.Stage(3, [2]));

        await RunAsync(runner, 2);

        Assert.DoesNotContain("act 3", world.Done);
        Assert.Equal(StageStates.Pending, world.StateOf(3));
    }

    [Fact]
    public async Task A_check_is_superseded_once_the_stage_that_ends_it_has_begun()
    {
        var runner = world.Runner(world.Stage(1), world.Stage(2, [1], world.Check("only us", endedBy: 3)), world.Stage(3, [2]));
        await RunAsync(runner, 3);
        world.Done.Clear();

        await RunAsync(runner, 3);
        var outcomes = await runner.VerifyAsync(3, TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.DoesNotContain("only us", world.Done);
        Assert.Equal(CheckOutcome.SupersededState, Assert.Single(outcomes).State);
    }

    [Fact]
    public async Task Taking_a_stage_back_makes_the_observation_it_ended_hold_again()
    {
        var runner = world.Runner(world.Stage(1), world.Stage(2, [1], world.Check("only us", endedBy: 3)), world.Stage(3, [2]));
        await RunAsync(runner, 3);
        world.Present.Remove("act 3");

        var outcomes = await runner.VerifyAsync(3, TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal(CheckOutcome.PassedState, Assert.Single(outcomes).State);
    }

    [Fact]
    public async Task A_look_that_has_begun_when_patience_ends_is_finished_and_no_other_begins()
    {
        var looks = 0;
        var slow = world.Check("only us") with
        {
            Observe = async cancellation =>
            {
                // Longer than the patience, however slow the machine is.
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancellation);
                return Interlocked.Increment(ref looks) == 2 ? CheckResult.Fail("asia too") : CheckResult.Pass("us 12");
            },
        };
        var runner = world.Runner(world.Stage(1), world.Stage(2, [1], slow));

        var first = Assert.Single(await runner.VerifyAsync(2, TimeSpan.FromMilliseconds(1), TestContext.Current.CancellationToken));
        var second = Assert.Single(await runner.VerifyAsync(2, TimeSpan.FromMilliseconds(1), TestContext.Current.CancellationToken));

        Assert.Equal((CheckOutcome.PassedState, "us 12"), (first.State, first.Observed));
        Assert.Equal((CheckOutcome.FailedState, 2), (second.State, looks));
        Assert.Contains("asia too", second.Observed);
    }

    [Fact]
    public async Task A_deadline_that_passes_names_the_step_what_was_seen_last_and_the_hint()
    {
        var slow = world.Step("wait for pods") with
        {
            Deadline = TimeSpan.FromMilliseconds(500),
            Settle = async (progress, cancellation) =>
            {
                progress.Report("1 of 3 pods ready");
                await Task.Delay(Timeout.Infinite, cancellation);
            },
        };
        var runner = world.Runner(world.Stage(1), world.Stage(2, [1], null, slow));

        var failed = await Assert.ThrowsAsync<StageFailedException>(() => RunAsync(runner, 2));

        Assert.Equal(2, failed.Failure.Stage);
        Assert.Equal("wait for pods", failed.Failure.Step);
        Assert.Contains("1 of 3 pods ready", failed.Failure.Message);
        Assert.Equal("look at wait for pods", failed.Failure.Cure);
        Assert.Equal(StageStates.Failed, world.StateOf(2));
    }

    /// <summary>Steps run side by side; the one that began last is seldom the one that a reader waits for.</summary>
    [Fact]
    public async Task A_stage_tells_of_the_step_that_has_run_longest()
    {
        var (slowBegan, slow, quick) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        var stage = world.Stage(1) with { Lanes = [[Held("slow", slow, slowBegan)], [After(slowBegan.Task), Held("quick", quick), Held("next", slow)]] };
        var run = RunAsync(world.Runner(stage), 1);
        await Eventually.HoldsAsync(() => world.Done.Contains("quick"), "both steps run");
        Assert.Equal("slow: half way", world.Store.Current.Stages[0].Message);
        quick.SetResult();
        await Eventually.HoldsAsync(() => world.Done.Contains("next"), "the next step of the other lane runs");
        Assert.Equal("slow: half way", world.Store.Current.Stages[0].Message);
        slow.SetResult();
        await run;

        Step After(Task task) => world.Step("wait") with { Act = (_, _) => task };

        Step Held(string name, TaskCompletionSource held, TaskCompletionSource? began = null) => world.Step(name) with
        {
            Act = (progress, _) =>
            {
                progress.Report("half way");
                began?.TrySetResult();
                world.Done.Enqueue(name);
                return held.Task;
            },
        };
    }

    [Fact]
    public async Task A_check_is_repeated_until_it_passes()
    {
        var observed = 0;
        var check = world.Check("both") with { Observe = _ => Task.FromResult(new CheckResult(++observed == 3, $"{observed}")) };
        var runner = world.Runner(world.Stage(1, null, check));

        await RunAsync(runner, 1);

        Assert.Equal(3, observed);
    }

    [Fact]
    public async Task After_a_failure_a_rerun_carries_on_with_what_is_missing()
    {
        var broken = true;
        var step = world.Step("act 2");
        var act = step.Act;
        step = step with { Act = (progress, cancellation) => broken ? throw new LabException("disk full", "free disk space") : act(progress, cancellation) };
        var runner = world.Runner(world.Stage(1), world.Stage(2, [1], null, step), world.Stage(3, [2]));

        var failed = await Assert.ThrowsAsync<StageFailedException>(() => RunAsync(runner, 3));
        broken = false;
        await RunAsync(runner, 3);

        Assert.Equal(("disk full", "free disk space"), (failed.Failure.Message, failed.Failure.Cure));
        Assert.Equal(["act 1", "act 2", "act 3"], world.Done);
        Assert.Equal(3, world.Store.Current.Stage);
    }

    [Fact]
    public async Task Reset_takes_back_the_later_stages_highest_first()
    {
        var runner = world.Runner(world.Stage(1), world.Stage(2, [1]), world.Stage(3, [2]));
        await RunAsync(runner, 3);
        world.Done.Clear();

        await runner.ResetAsync(1, _ => { }, TestContext.Current.CancellationToken);

        Assert.Equal(["undo 3", "undo 2"], world.Done);
        Assert.Equal(1, world.Store.Current.Stage);
    }

    [Fact]
    public void Stages_that_wait_for_each_other_are_refused() =>
        Assert.Throws<ArgumentException>(() => world.Runner(world.Stage(1), world.Stage(2, [3]), world.Stage(3, [2])));

    private static Task RunAsync(StageRunner runner, int until) => runner.RunAsync(until, _ => { }, TestContext.Current.CancellationToken);
}
