using System.Collections.Concurrent;

namespace Emulator.Nodes;

/// <summary>The logs of all containers that run, or ran last, in this cluster.</summary>
internal sealed class PodLogs(TimeProvider time) : IPodLogs
{
    private readonly ConcurrentDictionary<(string Namespace, string Pod, string Container), (ContainerLog Current, ContainerLog? Previous)> logs = new();

    public ContainerLog? Find(string ns, string pod, string container, bool previous) =>
        logs.TryGetValue((ns, pod, container), out var found) ? previous ? found.Previous : found.Current : null;

    /// <summary>Begins the log of a new run; the one before is kept as the previous.</summary>
    public ContainerLog Begin(string ns, string pod, string container)
    {
        var log = new ContainerLog(time);
        logs.AddOrUpdate((ns, pod, container), _ => (log, null), (_, before) => (log, before.Current));
        return log;
    }

    public void Forget(string ns, string pod, IEnumerable<string> containers)
    {
        foreach (var container in containers)
        {
            if (logs.TryRemove((ns, pod, container), out var forgotten))
            {
                forgotten.Current.Complete();
            }
        }
    }
}
