using System.Collections.Concurrent;
using System.Diagnostics;
using Provisioner.State;

namespace Provisioner.Stages.Execution;

/// <summary>Brings the lab to a stage, side by side where the graph allows it, and takes stages back.</summary>
internal sealed class StageRunner(StageGraph graph, StageLog stages, TimeProvider time, ILogger<StageRunner> log)
{
    private readonly StepExecution execution = new(stages, time, log);

    /// <summary>Reaches a stage from wherever the lab is.</summary>
    /// <exception cref="StageFailedException">The first stage that could not be reached.</exception>
    public Task RunAsync(int until, Action<string> say, CancellationToken cancellation) =>
        RunAsync($"stages to {until}", graph.UpTo(until), say, cancellation);

    /// <summary>Acts and checks some stages only; what they depend on is taken to be done.</summary>
    /// <exception cref="StageFailedException">The first stage that could not be reached.</exception>
    public Task RunOnlyAsync(IReadOnlyCollection<int> numbers, Action<string> say, CancellationToken cancellation) =>
        RunAsync($"stages {string.Join(", ", numbers)}", [.. graph.Order.Where(node => numbers.Contains(node.Stage))], say, cancellation);

    /// <summary>Takes back every stage above one, the highest first.</summary>
    public async Task ResetAsync(int to, Action<string> say, CancellationToken cancellation)
    {
        using var root = StageTelemetry.Source.StartActivity($"reset to {to}");
        foreach (var stage in graph.Stages.Where(stage => stage.Number > to).OrderByDescending(stage => stage.Number))
        {
            await UndoAsync(stage, root?.Context ?? default, say, cancellation);
        }
    }

    /// <summary>Takes back one stage.</summary>
    public Task UndoAsync(int number, Action<string> say, CancellationToken cancellation) => UndoAsync(graph[number], default, say, cancellation);

    private async Task UndoAsync(StageDefinition stage, ActivityContext parent, Action<string> say, CancellationToken cancellation)
    {
        using var span = StageTelemetry.Source.StartActivity($"undo stage {stage.Number} {stage.Name}", ActivityKind.Internal, parent);
        stages.Start(stage, "taking it back");
        try
        {
            await execution.LanesAsync(stage, stage.Undo, span?.Context ?? parent, say, cancellation);
            stages.Undone(stage);
        }
        catch (Exception e)
        {
            span.Fail(e);
            stages.Set(stage, StageStates.Failed, e.Message);
            throw;
        }
    }

    /// <summary>Makes the checks of some stages that hold now, and lists those whose time is over.</summary>
    public async Task<IReadOnlyList<CheckOutcome>> VerifyAsync(int scope, TimeSpan patience, CancellationToken cancellation)
    {
        using var root = StageTelemetry.Source.StartActivity("verify");
        var parent = root?.Context ?? default;
        var begun = new ConcurrentDictionary<int, Task<bool>>();
        var checks = from stage in graph.Stages.OrderBy(stage => stage.Number)
                     where stage.Number <= scope
                     from check in stage.Checks
                     select OutcomeAsync(stage, check);
        return await Task.WhenAll(checks);

        async Task<CheckOutcome> OutcomeAsync(StageDefinition stage, StageCheck check)
        {
            try
            {
                if (check.EndedBy is { } ender && await begun.GetOrAdd(ender, number => graph[number].HasBegun(cancellation)))
                {
                    return CheckOutcome.Superseded(stage, check, graph[ender]);
                }

                return CheckOutcome.Passed(stage, check, await execution.ObserveAsync(stage, check, patience, parent, _ => { }, cancellation));
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                return CheckOutcome.Failed(stage, check, e);
            }
        }
    }

    private async Task RunAsync(string name, IReadOnlyList<StageNode> order, Action<string> say, CancellationToken cancellation)
    {
        using var root = StageTelemetry.Start(name, StageTelemetry.RunKind);
        stages.Begin();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var run = new StageRun(graph, stages, execution, root?.Context ?? default, say, ending);
        var nodes = new Dictionary<StageNode, Task>();
        foreach (var node in order)
        {
            nodes[node] = run.NodeAsync(node, [.. graph.Requirements(node).Where(nodes.ContainsKey).Select(requirement => nodes[requirement])]);
        }

        try
        {
            await Task.WhenAll(nodes.Values);
        }
        catch when (run.Failure is { } failure)
        {
            root.Fail(failure);
            throw failure;
        }
        finally
        {
            run.End();
        }
    }
}
