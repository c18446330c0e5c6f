using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>Lists the pods behind each Service in EndpointSlices of at most a hundred.</summary>
internal sealed class EndpointSliceController(Registry registry, TimeProvider time) : IController
{
    public const string ManagedBy = "endpointslice.kubernetes.io/managed-by";
    public const string Manager = "endpointslice-controller.k8s.io";
    public const string ServiceName = "kubernetes.io/service-name";
    public const string Headless = "service.kubernetes.io/headless";

    private const int MaximumEndpoints = 100;

    public string Name => "endpoint-slice-controller";

    public void Watch(Informers informers, WorkQueue queue)
    {
        informers.On(KnownTypes.Services, change => queue.Add(change.Object.Key));
        informers.On(KnownTypes.Pods, change => ServiceEndpoints.Enqueue(registry.Store, change, queue));
        informers.On(KnownTypes.EndpointSlices, change =>
        {
            // Deleted or changed by hand: made right again.
            if (change.Type is not StoreEventType.Added && change.Object.Node.Label(ManagedBy) == Manager
                && change.Object.Node.Label(ServiceName) is { } service)
            {
                queue.Add(new ResourceKey(KnownTypes.Services, change.Object.Key.Namespace, service));
            }
        });
    }

    public ValueTask ReconcileAsync(ResourceKey key, CancellationToken cancellation)
    {
        if (registry.Find(key.Type, key.Namespace, key.Name) is { } service
            && !service.Node.IsDeleting()
            && service.Node["spec"]?["type"].Text() != "ExternalName"
            && service.Node["spec"]?["selector"] is JsonObject { Count: > 0 })
        {
            Reconcile(service);
        }

        return ValueTask.CompletedTask;
    }

    private void Reconcile(StoredObject service)
    {
        var spare = registry.Store.List(KnownTypes.EndpointSlices, service.Key.Namespace).Items
            .Where(slice => slice.Node.Label(ServiceName) == service.Key.Name && slice.Node.Label(ManagedBy) == Manager && !slice.Node.IsDeleting())
            .ToList();
        var endpoints = ServiceEndpoints.Collect(registry.Store, service);
        var wanted = new List<(StoredObject? Slice, List<ServiceEndpoint> Endpoints)>();
        foreach (var group in endpoints.GroupBy(endpoint => endpoint.PortsKey))
        {
            var ports = Ports(group.First());
            var existing = spare.Where(slice => JsonNode.DeepEquals(slice.Node["ports"], ports)).ToList();
            spare.RemoveAll(existing.Contains);
            wanted.AddRange(Distribute(group, existing));
        }

        if (wanted.Count == 0)
        {
            // A Service without pods has one empty slice.
            wanted.Add((null, []));
        }

        foreach (var (slice, members) in wanted)
        {
            var target = slice;
            if (target is null && spare.Count > 0)
            {
                target = spare[^1];
                spare.RemoveAt(spare.Count - 1);
            }

            Write(service, target, members);
        }

        foreach (var surplus in spare)
        {
            registry.Delete(surplus.Key.Type, surplus.Key.Namespace, surplus.Key.Name, DeletionOptions.Default, WriteOptions.System);
        }
    }

    /// <summary>Leaves each endpoint in the slice where it is, and puts new ones where there is room, so that few slices change.</summary>
    private static List<(StoredObject? Slice, List<ServiceEndpoint> Endpoints)> Distribute(IEnumerable<ServiceEndpoint> group, List<StoredObject> existing)
    {
        var rest = group.ToDictionary(endpoint => endpoint.Pod.Node.Uid());
        var filled = new List<(StoredObject? Slice, List<ServiceEndpoint> Endpoints)>();
        foreach (var slice in existing)
        {
            var kept = new List<ServiceEndpoint>();
            foreach (var endpoint in slice.Node["endpoints"].Items())
            {
                if (rest.Remove(endpoint["targetRef"]?["uid"].Text() ?? "", out var current))
                {
                    kept.Add(current);
                }
            }

            filled.Add((slice, kept));
        }

        var added = new Queue<ServiceEndpoint>(rest.Values);
        foreach (var (_, members) in filled)
        {
            while (members.Count < MaximumEndpoints && added.TryDequeue(out var next))
            {
                members.Add(next);
            }
        }

        while (added.Count > 0)
        {
            var members = new List<ServiceEndpoint>();
            while (members.Count < MaximumEndpoints && added.TryDequeue(out var next))
            {
                members.Add(next);
            }

            filled.Add((null, members));
        }

        // A slice that became empty is free for other ports, or goes.
        filled.RemoveAll(item => item.Endpoints.Count == 0);
        return filled;
    }

    private void Write(StoredObject service, StoredObject? slice, List<ServiceEndpoint> members)
    {
        var endpoints = members.Count == 0 ? null : new JsonArray([.. members.Select(Endpoint)]);
        var ports = members.Count == 0 ? null : Ports(members[0]);
        var labels = Labels(service.Node);
        if (slice is null)
        {
            registry.Create(
                KnownTypes.EndpointSlices,
                new JsonObject
                {
                    ["apiVersion"] = "discovery.k8s.io/v1",
                    ["kind"] = "EndpointSlice",
                    ["metadata"] = new JsonObject
                    {
                        ["generateName"] = service.Key.Name + "-",
                        ["namespace"] = service.Key.Namespace,
                        ["labels"] = labels,
                        ["annotations"] = Trigger(),
                        ["ownerReferences"] = new JsonArray(service.Node.OwnerReference("v1", "Service")),
                    },
                    ["addressType"] = "IPv4",
                    ["endpoints"] = endpoints,
                    ["ports"] = ports,
                },
                WriteOptions.System);
            return;
        }

        if (JsonNode.DeepEquals(slice.Node["endpoints"], endpoints) && JsonNode.DeepEquals(slice.Node["ports"], ports)
            && JsonNode.DeepEquals(slice.Node["metadata"]!["labels"], labels))
        {
            return;
        }

        registry.Update(
            slice.Key.Type,
            slice.Key.Namespace,
            slice.Key.Name,
            node =>
            {
                node["metadata"]!["labels"] = labels.DeepClone();
                node["metadata"]!["annotations"] = Trigger();
                node["endpoints"] = endpoints?.DeepClone();
                node["ports"] = ports?.DeepClone();
                return node;
            },
            WriteOptions.System);
    }

    private JsonObject Trigger() => new() { ["endpoints.kubernetes.io/last-change-trigger-time"] = Registry.Timestamp(time.GetUtcNow()) };

    private JsonObject Endpoint(ServiceEndpoint endpoint)
    {
        var pod = endpoint.Pod;
        var node = pod.Node["spec"]?["nodeName"].Text() ?? "";
        var described = new JsonObject
        {
            ["addresses"] = new JsonArray(endpoint.Address),
            ["conditions"] = new JsonObject { ["ready"] = endpoint.Ready, ["serving"] = endpoint.Serving, ["terminating"] = endpoint.Terminating },
            ["targetRef"] = new JsonObject { ["kind"] = "Pod", ["namespace"] = pod.Key.Namespace, ["name"] = pod.Key.Name, ["uid"] = pod.Node.Uid() },
            ["nodeName"] = node,
        };
        if (pod.Node["spec"]?["hostname"].Text() is { } hostname && pod.Node["spec"]?["subdomain"] is not null)
        {
            described["hostname"] = hostname;
        }

        if (registry.Find(KnownTypes.Nodes, "", node)?.Node.Label("topology.kubernetes.io/zone") is { } zone)
        {
            described["zone"] = zone;
        }

        return described;
    }

    private static JsonArray Ports(ServiceEndpoint endpoint) => new([.. endpoint.Ports.Select(port =>
    {
        var described = new JsonObject { ["name"] = port.Name, ["protocol"] = port.Protocol, ["port"] = port.Port };
        if (port.ApplicationProtocol is not null)
        {
            described["appProtocol"] = port.ApplicationProtocol;
        }

        return described;
    })]);

    private static JsonObject Labels(JsonObject service)
    {
        var labels = service["metadata"]?["labels"]?.DeepClone().AsObject() ?? [];
        labels[ManagedBy] = Manager;
        labels[ServiceName] = service.Name();
        if (service["spec"]?["clusterIP"].Text() == "None")
        {
            labels[Headless] = "";
        }

        return labels;
    }
}
