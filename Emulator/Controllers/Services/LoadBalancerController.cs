using System.Net;
using System.Text.Json.Nodes;
using Emulator.Network;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>Publishes Services of type LoadBalancer on loopback addresses of this machine.</summary>
/// <remarks>
/// With a base address each Service gets an address of its own and answers there on its own ports; without one it is 127.0.0.1 with ports that are free.
/// Ports named by --publish are bound on 127.0.0.1 as well. Others wait for the first endpoint: until then the Service is pending, as without a cloud.
/// </remarks>
internal sealed class LoadBalancerController(
    ClusterOptions options, Registry registry, IPodNetwork network, ClusterAddresses addresses, EventRecorder events, TimeProvider time) : IController
{
    public const string UrlAnnotation = "lab.dev/url";

    private const string Component = "service-controller";
    private const string PortError = "LoadBalancerPortsError";

    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);

    private readonly Dictionary<ResourceKey, LoadBalancer> balancers = [];
    private WorkQueue? queue;

    public string Name => Component;

    public void Watch(Informers informers, WorkQueue queue)
    {
        this.queue = queue;
        informers.On(KnownTypes.Services, change => queue.Add(change.Object.Key));
        informers.On(KnownTypes.EndpointSlices, change =>
        {
            if (change.Object.Node.Label(EndpointSliceController.ServiceName) is { } name)
            {
                queue.Add(new ResourceKey(KnownTypes.Services, change.Object.Key.Namespace, name));
            }
        });
    }

    public async ValueTask ReconcileAsync(ResourceKey key, CancellationToken cancellation)
    {
        var service = registry.Find(key.Type, key.Namespace, key.Name);
        var wanted = service is not null && !service.Node.IsDeleting() && service.Node["spec"]?["type"].Text() == "LoadBalancer" ? service : null;
        if (balancers.TryGetValue(key, out var balancer) && (wanted is null || balancer.Uid != wanted.Node.Uid()))
        {
            balancers.Remove(key);
            await balancer.DisposeAsync();
            if (service is not null && wanted is null)
            {
                events.Normal(service.Node, Component, "DeletedLoadBalancer", "Deleted load balancer");
            }
        }

        if (wanted is not null)
        {
            await EnsureAsync(wanted, cancellation);
        }
        else if (service is not null && (service.Node["status"]?["loadBalancer"]?["ingress"] is not null || service.Node.Annotation(UrlAnnotation) is not null))
        {
            Write(service, null, null, null);
        }
    }

    private async Task EnsureAsync(StoredObject service, CancellationToken cancellation)
    {
        if (!balancers.TryGetValue(service.Key, out var balancer))
        {
            if (!Published(service.Key).Any() && !HasEndpoint(service))
            {
                return;
            }

            events.Normal(service.Node, Component, "EnsuringLoadBalancer", "Ensuring load balancer");
            balancers[service.Key] = balancer = new LoadBalancer(service.Node.Uid(), Address());
        }

        var problem = await balancer.PublishAsync(network, Wanted(service, balancer), port => Choose(service.Key, port), cancellation);
        var url = balancer.Url(Published(service.Key));
        var changed = Write(service, Ingress(service, balancer), url, problem);
        if (problem is not null)
        {
            if (changed)
            {
                events.Warning(service.Node, Component, "SyncLoadBalancerFailed", $"Error syncing load balancer: failed to ensure load balancer: {problem}");
            }

            queue?.AddAfter(service.Key, Retry);
        }
        else if (changed)
        {
            events.Normal(service.Node, Component, "EnsuredLoadBalancer", $"Ensured load balancer: it answers at {url}");
        }
    }

    private bool HasEndpoint(StoredObject service) =>
        service.Node["spec"]?["ports"].Items().Any(port => addresses.NextEndpoint(service, port["port"].Int()) is not null) ?? false;

    private IEnumerable<PublishedPort> Published(ResourceKey service) =>
        options.Published.Where(entry => entry.Namespace == service.Namespace && entry.Service == service.Name);

    /// <summary>The lowest loopback address from the base upward that no Service has.</summary>
    private IPAddress Address()
    {
        if (options.LoadBalancerBase is not { } first)
        {
            return IPAddress.Loopback;
        }

        var bytes = first.GetAddressBytes();
        while (balancers.Values.Any(balancer => balancer.Address.Equals(new IPAddress(bytes))) && bytes[^1] < 254)
        {
            bytes[^1]++;
        }

        return new IPAddress(bytes);
    }

    private List<(int Port, IPEndPoint Address)> Wanted(StoredObject service, LoadBalancer balancer)
    {
        var wanted = new List<(int Port, IPEndPoint Address)>();
        foreach (var port in service.Node["spec"]?["ports"].Items().Where(port => (port["protocol"].Text() ?? "TCP") == "TCP") ?? [])
        {
            var number = port["port"].Int();
            var published = Published(service.Key).Where(entry => entry.Port == number).ToList();
            wanted.AddRange(published.Select(entry => (number, new IPEndPoint(IPAddress.Loopback, entry.HostPort))));
            if (!balancer.Address.Equals(IPAddress.Loopback))
            {
                wanted.Add((number, new IPEndPoint(balancer.Address, number)));
            }
            else if (published.Count == 0)
            {
                wanted.Add((number, new IPEndPoint(IPAddress.Loopback, 0)));
            }
        }

        return wanted;
    }

    private (PodInterface Pod, int Port)? Choose(ResourceKey key, int port) =>
        registry.Find(key.Type, key.Namespace, key.Name) is { } service
        && addresses.NextEndpoint(service, port) is { } endpoint
        && network.Find(endpoint.Address) is { } pod
            ? (pod, endpoint.Port)
            : null;

    private static JsonArray? Ingress(StoredObject service, LoadBalancer balancer)
    {
        var ports = new JsonArray();
        foreach (var port in service.Node["spec"]?["ports"].Items() ?? [])
        {
            if (balancer.HostPort(port["port"].Int()) is { } bound)
            {
                ports.Add(new JsonObject { ["port"] = bound, ["protocol"] = port["protocol"].Text() ?? "TCP" });
            }
        }

        if (ports.Count == 0)
        {
            return null;
        }

        var ingress = new JsonObject { ["ip"] = balancer.Address.ToString(), ["ipMode"] = "VIP" };
        if (balancer.Address.Equals(IPAddress.Loopback))
        {
            ingress["ports"] = ports;
        }

        return new JsonArray(ingress);
    }

    /// <summary>Writes address, URL and condition; whether anything of it is new.</summary>
    private bool Write(StoredObject service, JsonArray? ingress, string? url, string? problem)
    {
        var written = registry.Update(
            service.Key.Type,
            service.Key.Namespace,
            service.Key.Name,
            node =>
            {
                if (node.Uid() != service.Node.Uid())
                {
                    return null;
                }

                var status = node.Ensure("status");
                status["loadBalancer"] = ingress is null ? new JsonObject() : new JsonObject { ["ingress"] = ingress.DeepClone() };
                if (problem is null)
                {
                    Conditions.Remove(status, PortError);
                }
                else
                {
                    Conditions.Set(status, PortError, "True", "PortInUse", problem, time.GetUtcNow());
                }

                var annotations = node.Ensure("metadata").Ensure("annotations");
                annotations.Remove(UrlAnnotation);
                if (url is not null)
                {
                    annotations[UrlAnnotation] = url;
                }

                if (annotations.Count == 0)
                {
                    node["metadata"]!.AsObject().Remove("annotations");
                }

                return node;
            },
            WriteOptions.System with { User = "system:cloud-controller-manager", FieldManager = "cloud-controller-manager" },
            "status");
        return written.Revision != service.Revision;
    }
}
