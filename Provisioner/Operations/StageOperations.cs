using Provisioner.Api;
using Provisioner.Checks;
using Provisioner.Clusters;
using Provisioner.Plan;
using Provisioner.Stages;
using Provisioner.Stages.Execution;
using Provisioner.State;

namespace Provisioner.Operations;

/// <summary>Verbs that reach, check and take back stages.</summary>
internal sealed class StageOperations(Lab lab, StateStore store, StageRunner runner, StageGraph graph, Traffic traffic, TimeProvider time, ILogger<StageOperations> log)
{
    /// <summary>How long verify lets a check try; the lab is not expected to be on its way anywhere.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public async Task<CommandLine> ReachAsync(int number, Action<string> say, CancellationToken cancellation)
    {
        RequireStage(number, 1);
        await runner.RunAsync(number, say, cancellation);
        if (number >= lab.Plan.Until && store.Current.ReadyAt is null)
        {
            var ready = time.GetUtcNow();
            store.Update(state => state with { ReadyAt = ready });
            log.LogInformation("lab ready in {Seconds:0.0} s", (ready - lab.Plan.StartedAt).TotalSeconds);
        }

        return Done($"stage {number} {graph[number].Name} is reached{Split()}");
    }

    public async Task<CommandLine> NextAsync(Action<string> say, CancellationToken cancellation)
    {
        var next = store.Current.Stage + 1;
        return next > LabPlan.LastStage ? Done("all stages are done") : await ReachAsync(next, say, cancellation);
    }

    public async Task<CommandLine> ResetAsync(int to, Action<string> say, CancellationToken cancellation)
    {
        RequireStage(to, 0);
        await runner.ResetAsync(to, say, cancellation);
        await OnlyOwnAnswersAsync(cancellation);
        return Done(to == 0 ? "every stage is taken back" : $"the lab is at stage {to} {graph[to].Name}");
    }

    public async Task<CommandLine> VerifyAsync(Action<string> say, CancellationToken cancellation)
    {
        var scope = store.Current.HighestDone();
        if (scope == 0)
        {
            return new CommandLine("no stage is done, there is nothing to verify", Done: true, Ok: false, Cure: "dotnet run --project Provisioner -- up");
        }

        var outcomes = await runner.VerifyAsync(scope, Patience, cancellation);
        foreach (var outcome in outcomes)
        {
            say($"{outcome.State,-10} {outcome.Stage} {outcome.StageName}: {outcome.Check}: {outcome.Observed}");
            if (outcome.Cure is { } cure)
            {
                say($"           {cure}");
            }
        }

        var split = outcomes.LastOrDefault(outcome => outcome.Split is not null)?.Split;
        store.Update(state => state with { Split = split ?? new Dictionary<string, int>() });
        var (passed, failed, superseded) = (Count(outcomes, CheckOutcome.PassedState), Count(outcomes, CheckOutcome.FailedState), Count(outcomes, CheckOutcome.SupersededState));
        return new CommandLine(
            $"{passed} checks passed, {failed} failed, {superseded} superseded{Split()}",
            Done: true,
            Ok: failed == 0,
            Cure: failed == 0 ? null : "Each failed check names its cure above");
    }

    public async Task<CommandLine> JoinAsync(Action<string> say, CancellationToken cancellation)
    {
        RequireDone(LabStages.Mesh);
        var hasGateway = IsDone(LabStages.FirstGateway);
        await runner.RunOnlyAsync(hasGateway ? [LabStages.Join, LabStages.TrafficAcross] : [LabStages.Join], say, cancellation);
        return Done($"the clusters are one mesh{Split()}");
    }

    public async Task<CommandLine> LeaveAsync(Action<string> say, CancellationToken cancellation)
    {
        await runner.UndoAsync(LabStages.TrafficAcross, say, cancellation);
        await runner.UndoAsync(LabStages.Join, say, cancellation);
        await OnlyOwnAnswersAsync(cancellation);
        return Done($"each cluster is a mesh of its own{Split()}");
    }

    /// <summary>Waits until every gateway answers from its own cluster only; a proxy needs a moment to drop the endpoints of others.</summary>
    private async Task OnlyOwnAnswersAsync(CancellationToken cancellation)
    {
        if (IsDone(LabStages.Join))
        {
            return;
        }

        var open = store.Current.Clusters.Where(cluster => cluster.GatewayUrl is not null).ToArray();
        await Task.WhenAll(open.Select(cluster => Observation.UntilAsync(
            async token =>
            {
                var sample = await traffic.OutsideAsync(cluster.GatewayUrl!, token);
                store.Update(state => state with { Split = sample.Split });
                return sample.OnlyFrom(cluster.Name);
            },
            TimeSpan.FromSeconds(15),
            $"the gateway of {cluster.Name} still answers otherwise",
            "See the remote secrets: kubectl --namespace istio-system get secrets -l istio/multiCluster=true",
            cancellation)));
    }

    private bool IsDone(int number) => store.Current.Stages.Any(stage => stage.Number == number && stage.State == StageStates.Done);

    private void RequireDone(int number)
    {
        if (!IsDone(number))
        {
            throw new LabException(
                $"stage {number} {graph[number].Name} has not been reached, and the clusters have no mesh to join", $"dotnet run --project Provisioner -- stage {number}");
        }
    }

    private static void RequireStage(int number, int lowest)
    {
        if (number < lowest || number > LabPlan.LastStage)
        {
            throw new LabException($"there is no stage {number}", $"Stages are {lowest} to {LabPlan.LastStage}");
        }
    }

    private static int Count(IReadOnlyList<CheckOutcome> outcomes, string state) => outcomes.Count(outcome => outcome.State == state);

    private string Split() => store.Current.Split is { Count: > 0 } split ? $"; answers from {string.Join(", ", split.Select(entry => $"{entry.Key}: {entry.Value}"))}" : "";

    private static CommandLine Done(string message) => new(message, Done: true);
}
