using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Network;

/// <summary>Cluster DNS and kube-proxy in one: from a service's name or address to the pods that are ready behind it.</summary>
internal sealed class ClusterAddresses(ObjectStore store, ClusterOptions options)
{
    private readonly ConcurrentDictionary<ResourceKey, uint> turns = new();
    private readonly IPNetwork services = IPNetwork.Parse(options.ServiceCidr);

    /// <summary>The service that a pod of the namespace means by a host name or cluster address; null when it is none of this cluster.</summary>
    public StoredObject? FindService(string host, string fromNamespace)
    {
        if (IPAddress.TryParse(host, out var address))
        {
            return services.Contains(address)
                ? store.List(KnownTypes.Services).Items.FirstOrDefault(service => service.Node["spec"]?["clusterIP"]?.GetValue<string>() == host)
                : null;
        }

        var labels = host.TrimEnd('.').Split('.');
        var isName = labels.Length <= 2
            || (labels[2] == "svc" && (labels.Length == 3 || (labels.Length == 5 && labels[3] == "cluster" && labels[4] == "local")));
        return isName ? store.Find(new ResourceKey(KnownTypes.Services, labels.Length > 1 ? labels[1] : fromNamespace, labels[0])) : null;
    }

    /// <summary>The next ready pod behind a service's port, or null when there is none.</summary>
    public IPEndPoint? NextEndpoint(StoredObject service, int port)
    {
        var name = (service.Node["spec"]?["ports"] as JsonArray)?
            .FirstOrDefault(item => item?["port"].AsLong() == port)?["name"]?.GetValue<string>() ?? "";
        List<IPEndPoint> ready = [];
        foreach (var slice in store.List(KnownTypes.EndpointSlices, service.Key.Namespace).Items)
        {
            if (slice.Node.Label("kubernetes.io/service-name") == service.Key.Name)
            {
                Collect(slice.Node, name, ready);
            }
        }

        return ready.Count == 0 ? null : ready[(int)(turns.AddOrUpdate(service.Key, 0, (_, turn) => turn + 1) % (uint)ready.Count)];
    }

    private static void Collect(JsonObject slice, string portName, List<IPEndPoint> ready)
    {
        if (slice["ports"] is not JsonArray ports || slice["endpoints"] is not JsonArray endpoints
            || ports.FirstOrDefault(item => (item?["name"]?.GetValue<string>() ?? "") == portName)?["port"].AsLong() is not { } target)
        {
            return;
        }

        foreach (var endpoint in endpoints)
        {
            if (endpoint?["conditions"]?["ready"]?.GetValue<bool>() is not false
                && IPAddress.TryParse((endpoint?["addresses"] as JsonArray)?[0]?.GetValue<string>(), out var address))
            {
                ready.Add(new IPEndPoint(address, (int)target));
            }
        }
    }
}
