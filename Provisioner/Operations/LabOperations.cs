using System.Diagnostics;
using Provisioner.Api;
using Provisioner.Clusters;
using Provisioner.Stages.Execution;
using Provisioner.State;

namespace Provisioner.Operations;

/// <summary>The verbs of the lab, one at a time, with their outcome in the lab's state.</summary>
internal sealed class LabOperations(
    Lab lab, StateStore store, StageOperations stages, TrafficOperations traffic, WorkloadLogs logs, IHostApplicationLifetime lifetime, ILogger<LabOperations> log,
    CloudOperations? cloud = null)
    : ILabCommands
{
    private readonly SemaphoreSlim one = new(1);

    public IReadOnlyCollection<string> Verbs { get; } =
    [
        "up", "stage", "next", "reset", "verify", "join", "leave", "cut", "heal", "gateways-internal", "gateways-external", "scale", "drain", "restart",
        "locality", "cloud-down", "gcloud-calls", "shutdown",
    ];

    public async Task<CommandLine> RunAsync(string verb, CommandArguments arguments, Action<string> say, CancellationToken cancellation)
    {
        if (verb == "shutdown")
        {
            return Shutdown();
        }

        if (!await one.WaitAsync(0, CancellationToken.None))
        {
            throw new LabBusyException(store.Current.Running ?? "another operation");
        }

        using var span = StageTelemetry.Source.StartActivity($"lab {verb}");
        // A caller that goes away does not end an operation; the end of the lab does.
        var ending = lifetime.ApplicationStopping;
        store.Update(state => state with { Running = verb, Failure = null });
        try
        {
            return await DispatchAsync(verb, arguments, say, ending);
        }
        catch (Exception e) when (!ending.IsCancellationRequested)
        {
            span.Fail(e);
            return Failed(verb, e);
        }
        finally
        {
            store.Update(state => state with { Running = null });
            one.Release();
        }
    }

    public IAsyncEnumerable<string> LogsAsync(string cluster, string workload, CancellationToken cancellation) =>
        logs.FollowAsync(lab[cluster], Workload.Named(lab.Plan, workload), cancellation);

    private Task<CommandLine> DispatchAsync(string verb, CommandArguments arguments, Action<string> say, CancellationToken cancellation) => verb switch
    {
        "up" => stages.ReachAsync(arguments.Until ?? lab.Plan.Until, say, cancellation),
        "stage" => stages.ReachAsync(arguments.Number ?? throw Missing("number", "stage 6"), say, cancellation),
        "next" => stages.NextAsync(say, cancellation),
        "reset" => stages.ResetAsync(arguments.To ?? throw Missing("to", "reset --to 5"), say, cancellation),
        "verify" => stages.VerifyAsync(say, cancellation),
        "join" => stages.JoinAsync(say, cancellation),
        "leave" => stages.LeaveAsync(say, cancellation),
        "cut" => traffic.CutAsync(arguments, say, cancellation),
        "heal" => traffic.HealAsync(say, cancellation),
        "gateways-internal" => traffic.GatewaysAsync(external: false, say, cancellation),
        "gateways-external" => traffic.GatewaysAsync(external: true, say, cancellation),
        "scale" => traffic.ScaleAsync(Cluster(arguments, "scale us 4"), arguments.Replicas ?? throw Missing("replicas", "scale us 4"), say, cancellation),
        "drain" => traffic.ScaleAsync(Cluster(arguments, "drain us"), 0, say, cancellation),
        "restart" => traffic.RestartAsync(Cluster(arguments, "restart us"), say, cancellation),
        "locality" => traffic.LocalityAsync(arguments.Enabled ?? throw Missing("enabled", "locality on"), say, cancellation),
        "cloud-down" => (cloud ?? throw NotOnCloud()).DownAsync(arguments.DryRun ?? false, say, cancellation),
        "gcloud-calls" => Task.FromResult((cloud ?? throw NotOnCloud()).Calls(say)),
        _ => throw new UnreachableException(verb),
    };

    private LabCluster Cluster(CommandArguments arguments, string example) => lab[arguments.Cluster ?? throw Missing("cluster", example)];

    private CommandLine Failed(string verb, Exception e)
    {
        var failure = e switch
        {
            StageFailedException stage => stage.Failure,
            LabException known => new LabFailure(0, verb, known.Message, known.Cure),
            _ => new LabFailure(0, verb, e.Message, "Look at the log of 'provisioner'"),
        };
        store.Update(state => state with { Failure = failure });
        var where = failure.Stage > 0 ? $"stage {failure.Stage}, {failure.Step}" : verb;
        log.LogError("{Where}: {Message}. {Cure}", where, failure.Message, failure.Cure);
        return new CommandLine($"{where}: {failure.Message}", Done: true, Ok: false, Cure: failure.Cure);
    }

    private CommandLine Shutdown()
    {
        store.Update(state => state with { Running = "shutdown" });
        LabOwner.End(lab.Plan.OwnerPid);
        lifetime.StopApplication();
        return new CommandLine("the lab ends", Done: true);
    }

    private LabException NotOnCloud() => new($"this lab is not on Google Cloud, its mode is {lab.Plan.Mode}", "Start one that is: dotnet run --project AppHost -- --cloud --project P");

    private static LabException Missing(string argument, string example) => new($"'{argument}' is missing", $"Say for example: {example}");
}
