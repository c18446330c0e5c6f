using System.Collections.Concurrent;
using Emulator.Controllers;
using Emulator.Network;
using Emulator.Storage;
using Emulator.Telemetry;

namespace Emulator.Nodes;

/// <summary>Runs the pods that are bound to this cluster's nodes.</summary>
internal sealed partial class Kubelet(
    Registry registry,
    IPodNetwork network,
    EventRecorder events,
    TimeProvider time,
    PodLogs logs,
    MetadataServers metadata,
    PodTelemetry telemetry,
    ShellHost shells,
    NodePool nodes,
    IEnumerable<IContainerImage> images,
    ILogger<Kubelet> logger) : IController
{
    private readonly KubeletServices services = new(registry, network, events, time, logs, metadata, telemetry, shells, [.. images], logger);
    private readonly ConcurrentDictionary<ResourceKey, PodWorker> workers = new();

    public string Name => "kubelet";

    /// <summary>The running pod of a name, or null.</summary>
    public PodWorker? Find(string ns, string pod) => workers.GetValueOrDefault(new ResourceKey(KnownTypes.Pods, ns, pod));

    /// <summary>All pods that run here.</summary>
    public IEnumerable<PodWorker> Workers => workers.Values;

    public void Watch(Informers informers, WorkQueue queue)
    {
        informers.On(KnownTypes.Pods, change => queue.Add(change.Object.Key));
        informers.On(KnownTypes.ConfigMaps, change => Retry(change.Object.Key.Namespace));
        informers.On(KnownTypes.Secrets, change => Retry(change.Object.Key.Namespace));
        informers.On(KnownTypes.Services, _ => RefreshPorts());
        informers.On(ExternalNames.ServiceEntries, _ => RefreshPorts());
    }

    public async ValueTask ReconcileAsync(ResourceKey key, CancellationToken cancellation)
    {
        var pod = registry.Find(key.Type, key.Namespace, key.Name);
        if (workers.TryGetValue(key, out var worker) && worker.Uid != pod?.Node.Uid())
        {
            workers.TryRemove(key, out _);
            var killed = worker.KillAsync();
            if (pod is null)
            {
                return;
            }

            // Another pod of the same name takes over its logs.
            await killed;
            worker = null;
        }

        if (pod is null)
        {
            return;
        }

        if (worker is not null)
        {
            worker.Update(pod);
        }
        else if (pod.Node["spec"]?["nodeName"].Text() is { } name && nodes.Find(name) is { } node)
        {
            Start(pod, node);
        }
    }

    private void Start(StoredObject pod, EmbeddedNode node)
    {
        if (pod.Node["status"]?["phase"].Text() is "Succeeded" or "Failed")
        {
            return;
        }

        if (pod.Node.IsDeleting())
        {
            // It never ran here: there is nothing to wait for.
            registry.Delete(pod.Key.Type, pod.Key.Namespace, pod.Key.Name, new DeletionOptions { GracePeriodSeconds = 0 }, WriteOptions.System);
        }
        else if (PodWorker.Start(services, node, pod) is { } started)
        {
            workers[pod.Key] = started;
        }
        else
        {
            events.Warning(
                pod.Node, "kubelet", "FailedCreatePodSandBox",
                $"Failed to create pod sandbox: no free address in {node.PodCidr}; fewer pods per node or a wider --pod-cidr is needed", node.Name);
        }
    }

    private void RefreshPorts()
    {
        foreach (var worker in workers.Values)
        {
            worker.Shells.RefreshPorts();
        }
    }

    private void Retry(string ns)
    {
        foreach (var (key, worker) in workers)
        {
            if (key.Namespace == ns)
            {
                worker.Retry();
            }
        }
    }
}
