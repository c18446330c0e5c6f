using System.Runtime.CompilerServices;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>Measures every few seconds what containers use, and what the cluster's process uses beyond them.</summary>
internal sealed class UsageSampler(
    ClusterOptions options, Kubelet kubelet, NodePool nodes, ResourceMetrics metrics, TimeProvider time, ILogger<UsageSampler> logger) : BackgroundService
{
    private readonly ConditionalWeakTable<IRunningContainer, UsageHistory> histories = [];
    private readonly UsageHistory process = new();
    private readonly UsageHistory measured = new();
    private long requestNanoseconds;
    private long idleBytes;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await nodes.Registered.WaitAsync(stoppingToken);
        idleBytes = Environment.WorkingSet;
        using var timer = new PeriodicTimer(options.MetricsPeriod, time);
        do
        {
            try
            {
                metrics.Current = Sample();
            }
            catch (Exception e)
            {
                // The figures of before stand until the next sample.
                logger.LogWarning(e, "What containers use could not be measured");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private UsageSnapshot Sample()
    {
        var now = time.GetUtcNow();
        var resident = Environment.WorkingSet;
        var spent = process.Add(now, (long)Environment.CpuUsage.TotalTime.TotalNanoseconds);
        var pods = kubelet.Workers.Select(worker => (Worker: worker, Containers: worker.RunningContainers().ToList())).Where(pod => pod.Containers.Count > 0).ToList();
        var all = pods.SelectMany(pod => pod.Containers).ToList();
        var processes = Processes(all);

        // Memory of programs in one process cannot be told apart: what it has more than before its first pod is divided evenly.
        var inside = all.Count(container => container.Running.FirstProcess is null);
        idleBytes = inside == 0 ? resident : Math.Min(idleBytes, resident);
        var share = inside == 0 ? 0 : (resident - idleBytes) / inside;
        var result = new Dictionary<ResourceKey, PodUsage>();
        foreach (var (worker, containers) in pods)
        {
            if (Measure(worker, containers, now, share, processes) is { } usage)
            {
                result[worker.Key] = usage;
            }
        }

        var ofRequests = measured.Add(now, requestNanoseconds);
        return new UsageSnapshot(result, Nodes(result, now, (spent ?? 0) - (ofRequests ?? 0), resident - share * inside));
    }

    private PodUsage? Measure(
        PodWorker worker, IReadOnlyList<RunningContainer> containers, DateTimeOffset now, long share, IReadOnlyDictionary<int, (long Nanoseconds, long Bytes)> processes)
    {
        var usages = new List<ContainerUsage>();
        var window = TimeSpan.Zero;
        foreach (var container in containers)
        {
            var history = histories.GetOrCreateValue(container.Running);
            var (nanoseconds, bytes) = (0L, container.Running.FirstProcess is null ? share : 0);
            if (container.Running.Work is { } work)
            {
                var before = work.Taken;
                nanoseconds += work.TakeNanoseconds();
                requestNanoseconds += nanoseconds - before;
            }

            foreach (var id in container.Processes)
            {
                var used = processes.GetValueOrDefault(id);
                (nanoseconds, bytes) = (nanoseconds + used.Nanoseconds, bytes + used.Bytes);
            }

            if (history.Add(now, nanoseconds) is not { } rate)
            {
                return null;
            }

            window = history.Window;
            usages.Add(new ContainerUsage(container.Name, new ResourceUsage(rate, bytes)));
        }

        return new PodUsage(worker.Network.Node, now, window, usages);
    }

    /// <summary>Each node has what its pods use, and its part of what the process does for no pod: the API, controllers, istiod, connections.</summary>
    private Dictionary<string, NodeUsage> Nodes(Dictionary<ResourceKey, PodUsage> pods, DateTimeOffset now, long otherNanocores, long otherBytes)
    {
        var other = new ResourceUsage(Math.Max(0, otherNanocores) / nodes.Nodes.Count, otherBytes / nodes.Nodes.Count);
        return process.Window == TimeSpan.Zero ? [] : nodes.Nodes.ToDictionary(
            node => node.Name,
            node => new NodeUsage(
                now, process.Window,
                pods.Values.Where(pod => pod.Node == node.Name).SelectMany(pod => pod.Containers).Aggregate(other, (sum, container) => sum + container.Usage)));
    }

    /// <summary>CPU time and memory behind the first processes of containers.</summary>
    private static Dictionary<int, (long Nanoseconds, long Bytes)> Processes(IEnumerable<RunningContainer> containers)
    {
        var spaces = new Dictionary<int, string>();
        foreach (var id in containers.SelectMany(container => container.Processes).Distinct())
        {
            if (HostProcesses.Namespace(id) is { } space)
            {
                spaces[id] = space;
            }
        }

        var used = HostProcesses.Read(spaces.Values.ToHashSet());
        return spaces.ToDictionary(entry => entry.Key, entry => used.GetValueOrDefault(entry.Value));
    }
}
