using System.Collections.Concurrent;
using System.Diagnostics;
using Provisioner.State;

namespace Provisioner.Stages.Execution;

/// <summary>One way through the graph of stages.</summary>
internal sealed class StageRun(
    StageGraph graph, StageLog stages, StepExecution execution, ActivityContext root, Action<string> say, CancellationTokenSource ending)
{
    private readonly ConcurrentDictionary<int, Activity?> spans = new();
    private StageFailedException? failure;

    public StageFailedException? Failure => failure;

    /// <summary>Runs one part of a stage once everything it requires is done.</summary>
    public async Task NodeAsync(StageNode node, Task[] requirements)
    {
        await Task.WhenAll(requirements);
        ending.Token.ThrowIfCancellationRequested();
        var stage = graph[node.Stage];
        try
        {
            // Off the caller's thread: nodes start side by side.
            await Task.Run(() => node.Part == StagePart.Act ? ActAsync(stage) : CheckAsync(stage), ending.Token);
        }
        catch (Exception e)
        {
            // What is thrown because another stage failed before is not the reason.
            if (e is StageFailedException failed && Interlocked.CompareExchange(ref failure, failed, null) is null)
            {
                stages.Set(stage, StageStates.Failed, failed.Failure.Message);
                spans.GetValueOrDefault(stage.Number).Fail(failed);
            }

            // Other stages stop where they are; every step of theirs can be run again.
            await ending.CancelAsync();
            throw;
        }
    }

    /// <summary>Closes what a failure left open.</summary>
    public void End()
    {
        foreach (var (number, span) in spans)
        {
            span?.Dispose();
            stages.Interrupt(graph[number]);
        }
    }

    private async Task ActAsync(StageDefinition stage)
    {
        stages.Start(stage, "");
        await execution.LanesAsync(stage, stage.Lanes, Span(stage), say, ending.Token);
    }

    private async Task CheckAsync(StageDefinition stage)
    {
        await Task.WhenAll(stage.Checks.Select(check => CheckAsync(stage, check)));
        stages.Finish(stage);
        if (spans.TryRemove(stage.Number, out var span))
        {
            span?.Dispose();
        }
    }

    private async Task CheckAsync(StageDefinition stage, StageCheck check)
    {
        if (check.EndedBy is { } ender && await graph[ender].HasBegun(ending.Token))
        {
            say($"{stage.Number} {stage.Name}: {check.Name}: superseded by stage {ender} {graph[ender].Name}");
            return;
        }

        var name = $"checking: {check.Name}";
        stages.Say(stage, name, name);
        try
        {
            stages.Observed(stage, await execution.ObserveAsync(stage, check, null, Span(stage), say, ending.Token));
        }
        finally
        {
            stages.Ended(stage, name);
        }
    }

    private ActivityContext Span(StageDefinition stage) => spans.GetOrAdd(
        stage.Number,
        _ => StageTelemetry.Source.StartActivity($"stage {stage.Number} {stage.Name}", ActivityKind.Internal, root))?.Context ?? root;
}
