using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>Counts again what namespaces with ResourceQuotas hold, whenever something has gone or a quota has changed.</summary>
internal sealed class QuotaController(Registry registry) : IController
{
    /// <summary>New objects are counted as they are admitted; this catches those that were refused after that.</summary>
    private static readonly TimeSpan Recount = TimeSpan.FromSeconds(2);

    private WorkQueue? queue;

    public string Name => "resourcequota-controller";

    public void Watch(Informers informers, WorkQueue queue)
    {
        this.queue = queue;
        informers.On(KnownTypes.ResourceQuotas, change =>
        {
            if (change.Type is not StoreEventType.Modified || !JsonNode.DeepEquals(change.Object.Node["spec"], change.Previous?.Node["spec"]))
            {
                queue.Add(change.Object.Key);
            }
        });
        informers.OnAll(Observe);
    }

    public ValueTask ReconcileAsync(ResourceKey key, CancellationToken cancellation)
    {
        if (registry.Find(key.Type, key.Namespace, key.Name) is { } quota && !quota.Node.IsDeleting())
        {
            var hard = quota.Node["spec"]?["hard"] as JsonObject ?? [];
            var used = Count(quota, hard);
            registry.Update(
                key.Type,
                key.Namespace,
                key.Name,
                node =>
                {
                    node["status"] = new JsonObject { ["hard"] = hard.DeepClone(), ["used"] = used.DeepClone() };
                    return node;
                },
                WriteOptions.System,
                "status");
        }

        return ValueTask.CompletedTask;
    }

    private void Observe(StoreEvent change)
    {
        var key = change.Object.Key;
        if (key.Namespace.Length == 0 || key.Type == KnownTypes.Events || key.Type == KnownTypes.Leases)
        {
            return;
        }

        var isLess = change.Type is StoreEventType.Deleted || key.Type == KnownTypes.Pods && change.Object.Node["status"]?["phase"].Text() is "Succeeded" or "Failed";
        foreach (var quota in isLess || change.Type is StoreEventType.Added ? registry.Store.List(KnownTypes.ResourceQuotas, key.Namespace).Items : [])
        {
            if (isLess)
            {
                queue?.Add(quota.Key);
            }
            else
            {
                queue?.AddAfter(quota.Key, Recount);
            }
        }
    }

    private JsonObject Count(StoredObject quota, JsonObject hard)
    {
        var sums = hard.ToDictionary(entry => entry.Key, _ => new Amount(0, false));
        foreach (var definition in registry.Catalog.All.Where(definition => definition.Namespaced && !definition.IsComputed))
        {
            foreach (var item in registry.Store.List(definition.Type, quota.Key.Namespace).Items)
            {
                foreach (var (name, amount) in QuotaUsage.Covers(quota.Node["spec"], definition.Type, item.Node) ? QuotaUsage.Of(definition.Type, item.Node) : [])
                {
                    if (sums.TryGetValue(name, out var sum))
                    {
                        sums[name] = sum + amount;
                    }
                }
            }
        }

        return new JsonObject(sums.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value.ToString())));
    }
}
