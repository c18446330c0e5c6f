using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>Lists the pods behind each Service in the older Endpoints object of the same name.</summary>
internal sealed class EndpointsController(Registry registry, TimeProvider time) : IController
{
    private const string Trigger = "endpoints.kubernetes.io/last-change-trigger-time";

    public string Name => "endpoint-controller";

    public void Watch(Informers informers, WorkQueue queue)
    {
        informers.On(KnownTypes.Services, change => queue.Add(change.Object.Key));
        informers.On(KnownTypes.Pods, change => ServiceEndpoints.Enqueue(registry.Store, change, queue));
        informers.On(KnownTypes.Endpoints, change =>
        {
            if (change.Type is StoreEventType.Deleted)
            {
                queue.Add(change.Object.Key with { Type = KnownTypes.Services });
            }
        });
    }

    public ValueTask ReconcileAsync(ResourceKey key, CancellationToken cancellation)
    {
        var service = registry.Find(key.Type, key.Namespace, key.Name);
        if (service is null || service.Node.IsDeleting())
        {
            if (registry.Find(KnownTypes.Endpoints, key.Namespace, key.Name) is not null)
            {
                registry.Delete(KnownTypes.Endpoints, key.Namespace, key.Name, DeletionOptions.Default, WriteOptions.System);
            }
        }
        else if (service.Node["spec"]?["type"].Text() != "ExternalName" && service.Node["spec"]?["selector"] is JsonObject { Count: > 0 })
        {
            Write(service, Subsets(ServiceEndpoints.Collect(registry.Store, service)));
        }

        return ValueTask.CompletedTask;
    }

    private void Write(StoredObject service, JsonArray subsets)
    {
        var labels = service.Node["metadata"]?["labels"]?.DeepClone().AsObject() ?? [];
        if (service.Node["spec"]?["clusterIP"].Text() == "None")
        {
            labels[EndpointSliceController.Headless] = "";
        }

        var current = registry.Find(KnownTypes.Endpoints, service.Key.Namespace, service.Key.Name);
        if (current is null)
        {
            var created = new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Endpoints",
                ["metadata"] = new JsonObject { ["name"] = service.Key.Name, ["namespace"] = service.Key.Namespace },
            };
            Fill(created, labels, subsets);
            registry.Create(KnownTypes.Endpoints, created, WriteOptions.System);
        }
        else if (!JsonNode.DeepEquals(current.Node["subsets"] ?? new JsonArray(), subsets)
            || !JsonNode.DeepEquals(current.Node["metadata"]!["labels"] ?? new JsonObject(), labels))
        {
            registry.Update(
                KnownTypes.Endpoints,
                service.Key.Namespace,
                service.Key.Name,
                node =>
                {
                    Fill(node, labels, subsets);
                    return node;
                },
                WriteOptions.System);
        }
    }

    private void Fill(JsonObject endpoints, JsonObject labels, JsonArray subsets)
    {
        var metadata = endpoints["metadata"]!.AsObject();
        metadata.Remove("labels");
        if (labels.Count > 0)
        {
            metadata["labels"] = labels.DeepClone();
        }

        endpoints.Remove("subsets");
        if (subsets.Count > 0)
        {
            endpoints["subsets"] = subsets.DeepClone();
        }

        metadata.Ensure("annotations")[Trigger] = Registry.Timestamp(time.GetUtcNow());
    }

    private static JsonArray Subsets(List<ServiceEndpoint> endpoints)
    {
        var subsets = new JsonArray();
        foreach (var group in endpoints.Where(endpoint => endpoint.Ready || !endpoint.Terminating).GroupBy(endpoint => endpoint.PortsKey))
        {
            var subset = new JsonObject();
            AddAddresses(subset, "addresses", group.Where(endpoint => endpoint.Ready));
            AddAddresses(subset, "notReadyAddresses", group.Where(endpoint => !endpoint.Ready));
            subset["ports"] = new JsonArray([.. group.First().Ports.Select(port =>
            {
                var described = new JsonObject();
                if (port.Name.Length > 0)
                {
                    described["name"] = port.Name;
                }

                described["port"] = port.Port;
                described["protocol"] = port.Protocol;
                if (port.ApplicationProtocol is not null)
                {
                    described["appProtocol"] = port.ApplicationProtocol;
                }

                return described;
            })]);
            subsets.Add(subset);
        }

        return subsets;
    }

    private static void AddAddresses(JsonObject subset, string field, IEnumerable<ServiceEndpoint> endpoints)
    {
        var addresses = new JsonArray([.. endpoints.Select(endpoint => new JsonObject
        {
            ["ip"] = endpoint.Address,
            ["nodeName"] = endpoint.Pod.Node["spec"]?["nodeName"].Text(),
            ["targetRef"] = new JsonObject
            {
                ["kind"] = "Pod",
                ["namespace"] = endpoint.Pod.Key.Namespace,
                ["name"] = endpoint.Pod.Key.Name,
                ["uid"] = endpoint.Pod.Node.Uid(),
            },
        })]);
        if (addresses.Count > 0)
        {
            subset[field] = addresses;
        }
    }
}
