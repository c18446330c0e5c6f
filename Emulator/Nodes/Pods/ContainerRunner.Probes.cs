using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>Probing a running container until it ends.</summary>
internal sealed partial class ContainerRunner
{
    private ProbeLoop[] probes = [];

    private void WakeProbes()
    {
        foreach (var probe in Volatile.Read(ref probes))
        {
            probe.Wake();
        }
    }

    /// <summary>Probes the container until it ends; returns its exit code.</summary>
    private async Task<int> WatchAsync(IRunningContainer running)
    {
        using var ended = new CancellationTokenSource();
        var spec = Spec;
        var probing = spec["startupProbe"] is JsonObject startup ? ProbeStartupAsync(startup, spec, running, ended.Token) : ProbeStartedAsync(spec, running, ended.Token);
        if (probing.IsCompleted)
        {
            firstRun.TrySetResult();
        }

        var exitCode = await running.Exited;
        await ended.CancelAsync();
        try
        {
            await probing;
        }
        catch (OperationCanceledException)
        {
            // Probing ends with the container.
        }
        catch (Exception e)
        {
            // A fault of the probing must not look like one of the container.
            pod.Services.Logger.LogError(e, "Probing container {Container} of pod {Pod}", name, pod.Pod.Name());
        }

        return exitCode;
    }

    private async Task ProbeStartupAsync(JsonObject startup, JsonObject spec, IRunningContainer running, CancellationToken cancellation)
    {
        var succeeded = false;
        var loop = Loop(startup, running);
        Volatile.Write(ref probes, [loop]);
        pod.Changed();
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await loop.RunAsync(
            problem =>
            {
                succeeded = problem is null;
                if (problem is not null)
                {
                    failed.Cancel();
                    Restart($"Container {name} failed startup probe, will be restarted");
                }
            },
            problem => Unhealthy("Startup", problem),
            eager: true,
            once: true,
            failed.Token);
        if (succeeded)
        {
            State.SetStarted(true);
            State.SetReady(spec["readinessProbe"] is null);
            await ProbeStartedAsync(spec, running, cancellation);
        }
    }

    private Task ProbeStartedAsync(JsonObject spec, IRunningContainer running, CancellationToken cancellation)
    {
        Started.TrySetResult();
        var loops = new List<ProbeLoop>();
        var tasks = new List<Task>();
        if (spec["readinessProbe"] is JsonObject readiness)
        {
            var loop = Loop(readiness, running);
            loops.Add(loop);
            Volatile.Write(ref probes, [.. loops]);
            tasks.Add(loop.RunAsync(
                problem =>
                {
                    if (State.SetReady(problem is null))
                    {
                        pod.Changed();
                    }

                    firstRun.TrySetResult();
                },
                problem =>
                {
                    Unhealthy("Readiness", problem);
                    firstRun.TrySetResult();
                },
                eager: true,
                once: false,
                cancellation));
        }
        else
        {
            firstRun.TrySetResult();
        }

        if (spec["livenessProbe"] is JsonObject liveness)
        {
            var loop = Loop(liveness, running);
            loops.Add(loop);
            tasks.Add(loop.RunAsync(
                problem =>
                {
                    if (problem is not null)
                    {
                        Restart($"Container {name} failed liveness probe, will be restarted");
                    }
                },
                problem => Unhealthy("Liveness", problem),
                eager: false,
                once: false,
                cancellation));
        }

        Volatile.Write(ref probes, [.. loops]);
        pod.Changed();
        return Task.WhenAll(tasks);
    }

    private ProbeLoop Loop(JsonObject probe, IRunningContainer running) =>
        new(probe, cancellation => AskAsync(probe, running, cancellation), pod.Services.Time);

    private void Unhealthy(string kind, string problem) => pod.Warning("Unhealthy", $"{kind} probe failed: {problem}", name, list);
}
