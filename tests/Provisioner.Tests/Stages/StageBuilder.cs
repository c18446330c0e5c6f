using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Provisioner.Plan;
using Provisioner.Stages;
using Provisioner.Stages.Execution;
using Provisioner.State;
using Provisioner.Tests.Plan;

namespace Provisioner.Tests.Stages;

/// <summary>A world of stages whose only effect is a record of what was done.</summary>
internal sealed class StageBuilder
{
    private readonly LabPlan plan = Plans.Make("/nowhere");

    public ConcurrentQueue<string> Done { get; } = new();

    public HashSet<string> Present { get; } = [];

    public StateStore Store { get; private set; } = null!;

    public StageRunner Runner(params StageDefinition[] stages)
    {
        Store = new StateStore(InitialState.Of(plan));
        return new StageRunner(
            new StageGraph(stages), new StageLog(Store, TimeProvider.System, NullLogger<StageLog>.Instance), TimeProvider.System, NullLogger<StageRunner>.Instance);
    }

    public StageDefinition Stage(int number, int[]? after = null, StageCheck? check = null, params Step[] steps) => new()
    {
        Number = number,
        Name = $"stage {number}",
        DependsOn = after ?? [],
        Lanes = [steps.Length > 0 ? steps : [Step($"act {number}")]],
        Checks = check is null ? [] : [check],
        Undo = [[Step($"undo {number}")]],
        HasBegun = _ => Task.FromResult(Present.Contains($"act {number}")),
    };

    public Step Step(string name) => new()
    {
        Name = name,
        IsDone = _ => Task.FromResult(Present.Contains(name)),
        Act = (_, _) =>
        {
            Done.Enqueue(name);
            lock (Present)
            {
                Present.Add(name);
            }

            return Task.CompletedTask;
        },
        Hint = $"look at {name}",
    };

    public StageCheck Check(string name, int? endedBy = null, params int[] needs) => new()
    {
        Name = name,
        EndedBy = endedBy,
        Needs = needs,
        Observe = _ =>
        {
            Done.Enqueue(name);
            return Task.FromResult(CheckResult.Pass("seen"));
        },
        Hint = $"look at {name}",
    };

    public string StateOf(int stage) => Store.Current.Stages[stage - 1].State;
}
