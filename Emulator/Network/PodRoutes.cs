using System.Net;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Network;

/// <summary>Which sources may reach the pods of this cluster: its own addresses, Google's load balancers, and the peers that a PodRoute lets in.</summary>
internal sealed class PodRoutes(ObjectStore store, ClusterOptions options)
{
    /// <summary>Where Google's load balancers and their health checks come from.</summary>
    private static readonly IPNetwork[] LoadBalancers = [IPNetwork.Parse("35.191.0.0/16"), IPNetwork.Parse("130.211.0.0/22")];

    private readonly IPNetwork own = IPNetwork.Parse(options.PodCidr);
    private volatile IPNetwork[] peers = [];
    private volatile HashSet<IPAddress> nodes = [];
    private TaskCompletionSource changed = NewSignal();

    /// <summary>Called after each change, before anybody who waits for it goes on.</summary>
    public event Action? Changed;

    public IPNetwork Own => own;

    /// <summary>Completes at the next change, once what is no longer let in is cut.</summary>
    public Task NextChange => Volatile.Read(ref changed).Task;

    public bool Allows(IPAddress source) =>
        own.Contains(source) || IPAddress.IsLoopback(source) || Array.Exists(LoadBalancers, range => range.Contains(source))
        || Array.Exists(peers, range => range.Contains(source)) || nodes.Contains(source);

    /// <summary>Follows the store until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) =>
        Task.WhenAll(new[] { KnownTypes.PodRoutes, KnownTypes.NetworkFaults, KnownTypes.Nodes }.Select(type => FollowAsync(type, cancellation)));

    private async Task FollowAsync(ResourceType type, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var (_, watch) = store.ListAndWatch(type);
            using (watch)
            {
                Refresh(type);
                while (await watch.Reader.WaitToReadAsync(cancellation))
                {
                    while (watch.Reader.TryRead(out _))
                    {
                    }

                    Refresh(type);
                }
            }
        }
    }

    private void Refresh(ResourceType type)
    {
        if (type == KnownTypes.Nodes)
        {
            nodes = [.. store.List(type).Items.SelectMany(node => Addresses(node.Node))];
            return;
        }

        var cut = store.List(KnownTypes.NetworkFaults).Items
            .Where(fault => fault.Node["spec"]?["pods"]?.GetValue<bool>() is true)
            .Select(fault => fault.Node["spec"]?["peer"]?.GetValue<string>())
            .ToHashSet();
        IPNetwork[] open =
        [
            .. store.List(KnownTypes.PodRoutes).Items
                .Where(route => IsReady(route.Node) && !cut.Contains(route.Node["spec"]?["peerCluster"]?.GetValue<string>()))
                .Select(route => IPNetwork.TryParse(route.Node["spec"]?["peerCIDR"]?.GetValue<string>(), out var range) ? range : default)
                .Where(range => range != default),
        ];
        if (!open.SequenceEqual(peers))
        {
            peers = open;
            Changed?.Invoke();
            Interlocked.Exchange(ref changed, NewSignal()).TrySetResult();
        }
    }

    private static bool IsReady(JsonObject route) =>
        route["status"]?["conditions"] is JsonArray conditions
        && conditions.Any(condition => condition?["type"]?.GetValue<string>() == "Ready" && condition["status"]?.GetValue<string>() == "True");

    private static IEnumerable<IPAddress> Addresses(JsonObject node) =>
        node["status"]?["addresses"] is JsonArray addresses
            ? addresses
                .Select(address => IPAddress.TryParse(address?["address"]?.GetValue<string>(), out var parsed) ? parsed : null)
                .OfType<IPAddress>()
            : [];

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
