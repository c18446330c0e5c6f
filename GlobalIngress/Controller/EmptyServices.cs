using System.Collections.Concurrent;
using System.Diagnostics;
using GlobalIngress.Fleet;
using GlobalIngress.Kubernetes;

namespace GlobalIngress.Controller;

/// <summary>Warns of MultiClusterServices that select no pod, and says where pods with such labels are.</summary>
internal sealed class EmptyServices(IReadOnlyList<MemberCluster> members, EventRecorder events, ILogger<EmptyServices> logger)
{
    // Pods may follow their service by seconds.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, (long Since, bool IsReported)> empty = new();
    private FleetView? latest;

    public void Take(FleetView view) => Volatile.Write(ref latest, view);

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            foreach (var state in Volatile.Read(ref latest)?.Services ?? [])
            {
                var key = state.Service.Source.Object("metadata").Text("uid") ?? state.Service.Key;
                if (state.Endpoints is not 0)
                {
                    empty.TryRemove(key, out _);
                    continue;
                }

                var (since, isReported) = empty.GetOrAdd(key, _ => (Stopwatch.GetTimestamp(), false));
                if (!isReported && Stopwatch.GetElapsedTime(since) >= Patience)
                {
                    empty[key] = (since, true);
                    events.Warning(state.Service.Source, "SYNC", await DescribeAsync(state, cancellation));
                }
            }
        }
    }

    private async Task<string> DescribeAsync(ServiceState state, CancellationToken cancellation)
    {
        var selector = string.Join(',', state.Service.Selector.Select(pair => $"{pair.Key}={pair.Value}"));
        var text = $"MultiClusterService {state.Service.Key} selects no pod: "
            + $"in namespace {state.Service.Namespace} of {string.Join(" and ", state.Members)} none has {selector}.";
        var namespaces = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var member in members.Where(member => state.Members.Contains(member.Member)))
        {
            try
            {
                var pods = await member.Client().ListAsync(KubeResource.Pods, $"limit=50&labelSelector={Uri.EscapeDataString(selector)}", cancellation);
                namespaces.UnionWith(pods.Objects("items").Select(pod => pod.Namespace()));
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                logger.LogDebug("Pods with {Selector} are not known: {Problem}", selector, error.Message);
            }
        }

        return namespaces.Count == 0
            ? $"{text} No other namespace has any either: check spec.template.spec.selector, and that the pods run"
            : $"{text} Pods with these labels are in namespace {string.Join(", ", namespaces)}: "
                + "create the MultiClusterService and its MultiClusterIngress there, "
                + $"kubectl -n {namespaces.Min} apply -f kube/mcs.yaml -f kube/mci.yaml";
    }
}
