using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Emulator.Network;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>Runs one pod from its binding to a node until its last container has ended.</summary>
internal sealed partial class PodWorker
{
    // A pod that starts within this shows it in one write; a slower one shows that it is being created.
    private static readonly TimeSpan QuickStart = TimeSpan.FromMilliseconds(50);

    private readonly KubeletServices services;
    private readonly EmbeddedNode node;
    private readonly PodContext context;
    private readonly PodInterface network;
    private readonly IDisposable attachment;
    private readonly List<ContainerRunner> init;
    private readonly List<ContainerRunner> containers;
    private readonly ConcurrentDictionary<string, ContainerRunner> ephemeral = new();
    private readonly CancellationTokenSource stopping = new();
    private volatile StoredObject latest;
    private Task running = Task.CompletedTask;
    private Task? ending;
    private int detached;

    private PodWorker(KubeletServices services, EmbeddedNode node, StoredObject pod, System.Net.IPAddress address)
    {
        this.services = services;
        this.node = node;
        latest = pod;
        startedAt = pod.Node["status"]?["startTime"].Time() ?? services.Time.GetUtcNow();
        network = new PodInterface(pod.Key.Namespace, pod.Key.Name, node.Name, address);
        attachment = services.Network.Attach(network);
        Shells = new PodShells(services.ShellHost, network, node, () => latest.Node, FindPort);
        context = new PodContext(services, node, network, Shells, () => latest.Node, Changed);
        init = Runners("initContainers");
        containers = Runners("containers");
    }

    public ResourceKey Key => latest.Key;

    public string Uid => latest.Node.Uid();

    /// <summary>Containers by name, for what reaches into them: commands, proxied ports.</summary>
    public IRunningContainer? FindContainer(string name) => FindRunner(name)?.Process;

    public PodInterface Network => network;

    /// <summary>Processes of the host in this pod.</summary>
    public PodShells Shells { get; }

    /// <summary>What answers on a port for a caller inside the pod; null: none of the programs that run in this process.</summary>
    public RequestDelegate? FindPort(int port) =>
        init.Concat(containers).Select(runner => runner.Process?.AdminPort(port)).FirstOrDefault(found => found is not null)
        ?? network.Ports.GetValueOrDefault(port);

    public static PodWorker? Start(KubeletServices services, EmbeddedNode node, StoredObject pod)
    {
        if (node.TakeAddress() is not { } address)
        {
            return null;
        }

        var worker = new PodWorker(services, node, pod, address);
        worker.running = Task.Run(worker.RunAsync);
        return worker;
    }

    /// <summary>Takes a new version of the pod: it may be on its way out, or run another image now.</summary>
    public void Update(StoredObject pod)
    {
        var before = latest;
        latest = pod;
        if (pod.Node.IsDeleting())
        {
            ending ??= Task.Run(() => TerminateAsync(TimeSpan.FromSeconds(pod.Node["metadata"]!["deletionGracePeriodSeconds"].Int())));
            return;
        }

        if (pod.Revision == before.Revision)
        {
            return;
        }

        Shells.Refresh();
        StartEphemeral(pod.Node);
        foreach (var runner in init.Concat(containers))
        {
            if (Image(before.Node, runner.Name) is { } old && Image(pod.Node, runner.Name) is { } wanted && old != wanted)
            {
                runner.Restart($"Container {runner.Name} definition changed, will be restarted");
            }
        }
    }

    /// <summary>A ConfigMap or Secret came or changed: containers that wait for one look again.</summary>
    public void Retry()
    {
        Shells.Refresh();
        foreach (var runner in init.Concat(containers).Where(runner => runner.State.IsWaiting))
        {
            runner.Retry();
        }
    }

    /// <summary>The pod's object is gone: so is all that ran of it.</summary>
    public async Task KillAsync()
    {
        await StopContainersAsync(TimeSpan.Zero);
        Detach();
        services.Telemetry.Forget(latest.Node);
        services.Logs.Forget(Key.Namespace, Key.Name, init.Concat(containers).Concat(ephemeral.Values).Select(runner => runner.Name));
    }

    private void StartEphemeral(JsonObject pod)
    {
        foreach (var name in pod["spec"]?["ephemeralContainers"].Items().Select(container => container["name"].Text() ?? "") ?? [])
        {
            if (!stopping.IsCancellationRequested && !ephemeral.ContainsKey(name))
            {
                var runner = ephemeral[name] = new ContainerRunner(context, name, "ephemeralContainers");
                _ = Task.Run(runner.RunAsync);
            }
        }
    }

    private static string? Image(JsonObject pod, string container) =>
        (pod["spec"]?["containers"].Items() ?? []).Concat(pod["spec"]?["initContainers"].Items() ?? [])
        .FirstOrDefault(item => item["name"].Text() == container)?["image"].Text();

    private List<ContainerRunner> Runners(string list) =>
        [.. latest.Node["spec"]?[list].Items().Select(container => new ContainerRunner(context, container["name"].Text() ?? "", list)) ?? []];

    private async Task RunAsync()
    {
        try
        {
            _ = ReleaseAfterAsync(QuickStart);
            var sidecars = new List<Task>();
            foreach (var runner in init)
            {
                stopping.Token.ThrowIfCancellationRequested();
                var ended = runner.RunAsync();
                if (runner.IsSidecar)
                {
                    sidecars.Add(ended);
                    await runner.Started.Task;
                }
                else
                {
                    await ended;
                    if (runner.State.ExitCode is not 0)
                    {
                        return;
                    }
                }
            }

            initialized = true;
            stopping.Token.ThrowIfCancellationRequested();
            foreach (var runner in init.Count == 0 ? containers : [])
            {
                runner.State.Wait("ContainerCreating", null);
            }

            var runs = containers.Select(runner => Task.Run(runner.RunAsync)).ToList();
            await Task.WhenAll(containers.Select(runner => runner.Begun));
            Release();
            await Task.WhenAll(runs);
            await Task.WhenAll(init.Where(runner => runner.IsSidecar).Select(runner => runner.StopAsync(Grace)).Concat(sidecars));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The pod was stopped before all its containers ran.
        }
        catch (Exception e)
        {
            services.Logger.LogError(e, "Pod {Pod} failed", Key);
        }
        finally
        {
            Release();
            if (!stopping.IsCancellationRequested)
            {
                // It has ended by itself: nothing answers at its address any more.
                Detach();
                Changed();
            }
        }
    }

    private void Detach()
    {
        if (Interlocked.Exchange(ref detached, 1) == 0)
        {
            services.ShellHost.End(Shells, Key.ToString());
            attachment.Dispose();
            node.ReturnAddress(network.Address);
        }
    }
}
