using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>Keeps one container of a pod running, by the pod's restart policy, until it has ended for good or is stopped.</summary>
internal sealed partial class ContainerRunner(PodContext pod, string name, string list)
{
    private readonly CancellationTokenSource stopping = new();
    private readonly RestartBackOff backOff = new(pod.Services.Time);
    private readonly TaskCompletionSource firstRun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource retry = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile IRunningContainer? process;

    public string Name => name;

    /// <summary>The list of the pod's spec that it is in: containers, initContainers or ephemeralContainers.</summary>
    public string List => list;

    /// <summary>An init container that stays, as sidecars may be declared.</summary>
    public bool IsSidecar => IsInit && Spec["restartPolicy"].Text() == "Always";

    public ContainerState State { get; } = new(
        Find(pod.Pod, name, list),
        list == "initContainers" || pod.Pod["spec"]?["initContainers"].Items().Any() == true ? "PodInitializing" : "ContainerCreating",
        Before(pod.Pod, name, list));

    public IRunningContainer? Process => process;

    /// <summary>Completes when the first run has begun, or when it is known why it has not.</summary>
    public Task Begun => firstRun.Task;

    /// <summary>Completes when the container has started, for sidecars that others wait for.</summary>
    public TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public JsonObject Spec => Find(pod.Pod, name, list);

    /// <summary>The environment of the latest run.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; private set; } = new Dictionary<string, string>();

    /// <summary>Something that the container waits for may be there now.</summary>
    public void Retry() => Volatile.Read(ref retry).TrySetResult();

    public async Task RunAsync()
    {
        try
        {
            while (await StartAsync() is { } running)
            {
                process = running;
                if (stopping.IsCancellationRequested)
                {
                    // Stopped while it was being started: whoever stopped it saw no process yet.
                    _ = running.StopAsync(TimeSpan.Zero);
                }

                if (Spec["lifecycle"]?["postStart"] is JsonObject hook)
                {
                    _ = RunPostStartAsync(hook, running);
                }

                var exitCode = await WatchAsync(running);
                process = null;
                await running.DisposeAsync();
                Ended(exitCode, running);
                if (stopping.IsCancellationRequested || !RestartsAfter(exitCode))
                {
                    return;
                }

                await WaitForRestartAsync();
                State.Restarts++;
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopped before it ran, or while it waited to run again.
        }
        catch (Exception e)
        {
            pod.Services.Logger.LogError(e, "Container {Container} of pod {Pod}", name, pod.Pod.Name());
            State.End(128, "StartError", e.Message, pod.Services.Time.GetUtcNow());
        }
        finally
        {
            firstRun.TrySetResult();
            Started.TrySetResult();
            pod.Changed();
        }
    }

    /// <summary>Ends the container for good.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        await stopping.CancelAsync();
        if (process is { } running)
        {
            await running.StopAsync(grace);
            await running.DisposeAsync();
        }
    }

    /// <summary>Stops this run; the container then starts again.</summary>
    public void Restart(string reason)
    {
        if (process is { } running)
        {
            pod.Normal("Killing", reason, name, list);
            _ = running.StopAsync(TimeSpan.FromSeconds(pod.Pod["spec"]?["terminationGracePeriodSeconds"].Int(30) ?? 30));
        }

        Retry();
    }

    private bool IsInit => list == "initContainers";

    private static JsonObject Find(JsonObject pod, string name, string list) => (pod["spec"]?[list].Items() ?? []).First(container => container["name"].Text() == name);

    /// <summary>Asks a probe's or hook's handler; null: it succeeded.</summary>
    public Task<string?> AskAsync(JsonObject handler, IRunningContainer running, CancellationToken cancellation) =>
        Prober.ProbeAsync(handler, Spec, pod.Network, running, command => RunCommandAsync(running, command, cancellation), pod.Shells, cancellation);

    private async Task<CommandResult> RunCommandAsync(IRunningContainer running, IReadOnlyList<string> command, CancellationToken cancellation)
    {
        try
        {
            return await (running.RunCommandAsync(command, cancellation)
                ?? (await pod.Shells.CompanionAsync(Spec, Environment)).RunCommandAsync(command, cancellation));
        }
        catch (ContainerFailedException e)
        {
            return new CommandResult(1, e.Message);
        }
    }

    private async Task RunPostStartAsync(JsonObject hook, IRunningContainer running)
    {
        if (await LifecycleHook.RunAsync(hook, this, running, LifecycleHook.LongestStart) is { } problem && !running.Exited.IsCompleted)
        {
            pod.Warning("FailedPostStartHook", $"PostStartHook failed: {problem}", name, list);
            Restart("FailedPostStartHook");
        }
    }

    /// <summary>The container's status as an earlier process of the cluster left it; null in a new pod.</summary>
    private static JsonObject? Before(JsonObject pod, string name, string list) =>
        (pod["status"]?[$"{list[..^1]}Statuses"].Items() ?? []).FirstOrDefault(status => status["name"].Text() == name);

    private void Ended(int exitCode, IRunningContainer ended)
    {
        log?.Complete();
        State.End(exitCode, ended.EndReason ?? (exitCode == 0 ? "Completed" : "Error"), ended.EndMessage, pod.Services.Time.GetUtcNow());
        pod.Changed();
    }

    private bool RestartsAfter(int exitCode)
    {
        if (IsSidecar || list == "ephemeralContainers")
        {
            return IsSidecar;
        }

        return (pod.Pod["spec"]?["restartPolicy"].Text() ?? "Always") switch
        {
            "Never" => false,
            "OnFailure" => exitCode != 0,
            _ => !IsInit || exitCode != 0,
        };
    }

    private async Task WaitForRestartAsync()
    {
        var wait = backOff.Next();
        if (wait == TimeSpan.Zero)
        {
            return;
        }

        var full = $"{pod.Pod.Name()}_{pod.Pod.Namespace()}({pod.Pod.Uid()})";
        State.Wait("CrashLoopBackOff", $"back-off {Describe(wait)} restarting failed container={name} pod={full}");
        pod.Changed();
        pod.Warning("BackOff", $"Back-off restarting failed container {name} in pod {full}", name, list);
        await Task.Delay(wait, pod.Services.Time, stopping.Token);
    }

    // As Go prints a duration: 10s, 1m20s.
    private static string Describe(TimeSpan wait) => wait.TotalMinutes >= 1 ? $"{(int)wait.TotalMinutes}m{wait.Seconds}s" : $"{wait.TotalSeconds:0}s";

    private async Task WaitForRetryAsync()
    {
        await Volatile.Read(ref retry).Task.WaitAsync(stopping.Token);
        Volatile.Write(ref retry, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
    }
}
