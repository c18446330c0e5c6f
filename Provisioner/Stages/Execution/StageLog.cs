using System.Collections.Concurrent;
using Provisioner.State;

namespace Provisioner.Stages.Execution;

/// <summary>Writes how far the stages are into the lab's state.</summary>
internal sealed class StageLog(StateStore store, TimeProvider time, ILogger<StageLog> log)
{
    private readonly ConcurrentDictionary<int, long> started = new();
    private readonly ConcurrentDictionary<int, StageRecord> before = new();
    private readonly ConcurrentDictionary<int, StageTalk> talks = new();
    private int observed;

    /// <summary>A new run begins.</summary>
    public void Begin() => observed = 0;

    public void Start(StageDefinition stage, string message)
    {
        started[stage.Number] = time.GetTimestamp();
        before[stage.Number] = store.Current.Stages.First(record => record.Number == stage.Number);
        Set(stage, StageStates.Running, message);
    }

    /// <summary>Tells what a step or a check of a stage is at, from its beginning on.</summary>
    public void Say(StageDefinition stage, string step, string message)
    {
        var shown = talks.GetOrAdd(stage.Number, _ => new StageTalk()).Say(step, message);
        Change(stage, record => record with { Message = shown });
    }

    /// <summary>A step or a check has ended, well or not.</summary>
    public void Ended(StageDefinition stage, string step)
    {
        if (talks.TryGetValue(stage.Number, out var talk) && talk.End(step) is { } shown)
        {
            Change(stage, record => record.State == StageStates.Running ? record with { Message = shown } : record);
        }
    }

    public void Set(StageDefinition stage, string state, string? message = null) =>
        Change(stage, record => record with { State = state, Message = message, Seconds = state == StageStates.Pending ? null : record.Seconds });

    public void Finish(StageDefinition stage)
    {
        var seconds = started.TryGetValue(stage.Number, out var start) ? Math.Round(time.GetElapsedTime(start).TotalSeconds, 3) : 0;
        store.Update(state => stage.Publish(Changed(state, stage, record => record with { State = StageStates.Done, Message = null, Seconds = seconds }), true));
        log.LogInformation("stage {Stage} {StageName} done in {Seconds:0.00} s", stage.Number, stage.Name, seconds);
    }

    /// <summary>A stage that another one's failure stopped is as it was, or to be done again.</summary>
    public void Interrupt(StageDefinition stage) => Change(stage, record =>
        record.State != StageStates.Running ? record
        : before.TryGetValue(stage.Number, out var old) && old.State == StageStates.Done ? old
        : record with { State = StageStates.Pending, Message = "interrupted" });

    /// <summary>Keeps the answers that the highest stage of a run saw.</summary>
    public void Observed(StageDefinition stage, CheckResult result)
    {
        if (result.Split is not { } split)
        {
            return;
        }

        store.Update(state =>
        {
            if (stage.Number < observed)
            {
                return state;
            }

            observed = stage.Number;
            return state with { Split = split };
        });
    }

    public void Undone(StageDefinition stage) => store.Update(state => stage.Publish(
        Changed(state, stage, record => record with { State = StageStates.Pending, Message = null, Seconds = null }), false));

    private void Change(StageDefinition stage, Func<StageRecord, StageRecord> change) => store.Update(state => Changed(state, stage, change));

    private static LabState Changed(LabState state, StageDefinition stage, Func<StageRecord, StageRecord> change)
    {
        var stages = state.Stages.Select(record => record.Number == stage.Number ? change(record) : record).ToArray();
        return state with { Stages = stages, Stage = stages.TakeWhile(record => record.State == StageStates.Done).Count() };
    }
}
