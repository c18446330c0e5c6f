using System.Diagnostics;
using Provisioner.Kubernetes;
using Provisioner.State;

namespace Provisioner.Stages.Execution;

/// <summary>Runs single steps and checks against their deadlines, with a span and a log line each.</summary>
internal sealed class StepExecution(StageLog stages, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    /// <summary>How long one look may take, however short the patience: on a busy machine a round of requests takes seconds, and shows nothing when it is cut off.</summary>
    private static readonly TimeSpan LastLook = TimeSpan.FromSeconds(10);

    /// <summary>Runs the lanes side by side, the steps of each in order.</summary>
    public Task LanesAsync(
        StageDefinition stage, IReadOnlyList<IReadOnlyList<Step>> lanes, ActivityContext parent, Action<string> say, CancellationToken cancellation)
    {
        return Task.WhenAll(lanes.Select(LaneAsync));

        async Task LaneAsync(IReadOnlyList<Step> lane)
        {
            foreach (var step in lane)
            {
                stages.Say(stage, step.Name, step.Name);
                await RunAsync(stage, step, parent, say, cancellation);
            }
        }
    }

    /// <summary>Probes, acts where needed, and waits for the effect.</summary>
    /// <exception cref="StageFailedException">It failed, or its deadline passed.</exception>
    public async Task RunAsync(StageDefinition stage, Step step, ActivityContext parent, Action<string> say, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        using var span = StageTelemetry.Start(step.Name, StageTelemetry.StepKind, parent);
        using var deadline = new CancellationTokenSource(step.Deadline, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        var progress = new Progress(message => stages.Say(stage, step.Name, $"{step.Name}: {message}"));
        try
        {
            var done = await step.IsDone(ending.Token);
            if (!done)
            {
                await step.Act(progress, ending.Token);
            }

            await step.Settle(progress, ending.Token);
            span?.SetTag("lab.already_done", done);
            Tell(stage, step.Name, done ? "nothing to do" : Seconds(started), done ? [] : step.ByHand, say);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            var failure = Explain(stage, step.Name, step.Hint, e, deadline.IsCancellationRequested ? (step.Deadline, progress.Last) : null);
            span.Fail(failure);
            throw failure;
        }
        finally
        {
            stages.Ended(stage, step.Name);
        }
    }

    /// <summary>Observes until the promise holds.</summary>
    /// <param name="patience">Replaces the check's own deadline; a look that has begun by then may still be finished.</param>
    /// <exception cref="StageFailedException">It did not hold in time.</exception>
    public async Task<CheckResult> ObserveAsync(
        StageDefinition stage, StageCheck check, TimeSpan? patience, ActivityContext parent, Action<string> say, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        var allowed = patience ?? check.Deadline;
        using var span = StageTelemetry.Start($"check: {check.Name}", StageTelemetry.StepKind, parent);
        using var deadline = new CancellationTokenSource(patience is null || allowed > LastLook ? allowed : LastLook, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        var last = CheckResult.Fail("nothing was observed");
        try
        {
            for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
            {
                last = await check.Observe(ending.Token);
                if (last.Passed)
                {
                    span?.SetTag("lab.observed", last.Observed);
                    Tell(stage, check.Name, $"{last.Observed} ({Seconds(started)})", check.ByHand, say);
                    return last;
                }

                if (time.GetElapsedTime(started) >= allowed)
                {
                    await deadline.CancelAsync();
                }

                await Task.Delay(pause, time, ending.Token);
            }
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            var failure = Explain(stage, check.Name, check.Hint, e, deadline.IsCancellationRequested ? (allowed, last.Observed) : null);
            span.Fail(failure);
            throw failure;
        }
    }

    private static StageFailedException Explain(StageDefinition stage, string name, string hint, Exception e, (TimeSpan Allowed, string Last)? late)
    {
        var (message, cure) = e switch
        {
            StageFailedException already => (already.Failure.Message, already.Failure.Cure),
            _ when late is { } passed => ($"not so after {passed.Allowed.TotalSeconds:0.#} s{(passed.Last.Length > 0 ? $": {passed.Last}" : "")}", hint),
            LabException lab => (lab.Message, lab.Cure),
            ClusterUnreachableException gone => (gone.Message, RestartHint(gone.Cluster, stage)),
            KubeException refused => (refused.Message, hint),
            _ => ($"{e.GetType().Name}: {e.Message}", hint),
        };
        return new StageFailedException(new LabFailure(stage.Number, name, message, cure), e);
    }

    private static string RestartHint(string cluster, StageDefinition stage) =>
        $"Start cluster {cluster} again (in the dashboard: {cluster}, start; without the dashboard AppHost starts it by itself), then: dotnet run --project Provisioner -- stage {stage.Number}";

    private void Tell(StageDefinition stage, string name, string outcome, IReadOnlyList<string> byHand, Action<string> say)
    {
        log.LogInformation("stage {Stage} {StageName}: {Step}: {Outcome}", stage.Number, stage.Name, name, outcome);
        say($"{stage.Number} {stage.Name}: {name}: {outcome}");
        foreach (var line in byHand)
        {
            say($"    $ {line}");
        }
    }

    private string Seconds(long started) => $"{time.GetElapsedTime(started).TotalSeconds:0.00} s";
}
